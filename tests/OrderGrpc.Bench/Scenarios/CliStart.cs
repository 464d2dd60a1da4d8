using System.Diagnostics;
using OrderGrpc.Bench.Subjects;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>What a user waits for who types one command: the native client-cli, without and with a call.</summary>
public static class CliStart
{
    private const int RunsPerRound = 10;
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Run run)
    {
        if (Published() is not { } tool)
        {
            run.Missing("the native client-cli is not published (dotnet publish client-cli -c Release)");
            return;
        }

        await using var ours = await OrderServer.StartAsync(run);
        await ours.PlaceCall(1)(0);
        var environment = new Dictionary<string, string>
        {
            ["XDG_CONFIG_HOME"] = ours.ConfigurationFolder,
            ["ORDERGRPC_SERVER"] = ours.Address,
        };
        await AddAsync(run, "client-cli --version", tool, ["--version"], environment);
        await AddAsync(run, "client-cli order check 1", tool, ["order", "check", "1"], environment);
    }

    private static string? Published()
    {
        var output = Path.Combine(Run.Beside("RepositoryRoot"), "client-cli", "bin", "Release");
        return !Directory.Exists(output)
            ? null
            : Directory.EnumerateFiles(output, "client-cli", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "publish")
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .FirstOrDefault();
    }

    private static async Task AddAsync(Run run, string scenario, string tool, string[] arguments, Dictionary<string, string> environment)
    {
        var series = new Series("ours");
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            var latencies = new Latencies();
            for (var i = 0; i < RunsPerRound; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var (exitCode, output) = await Executable.RunAsync(tool, arguments, RunLimit, environment);
                latencies.AddSince(start);
                if (exitCode != 0)
                {
                    throw new InvalidOperationException($"{scenario} exits with {exitCode}: {output}");
                }
            }

            series.Samples.Add(new(new(latencies.PercentileMilliseconds(50), latencies, RunsPerRound), 0, 0, null, 0));
        }

        run.Add(new(scenario, "ms, median", series));
    }
}
