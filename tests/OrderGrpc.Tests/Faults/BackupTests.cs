using System.Diagnostics;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Faults;

/// <summary>Backups made while orders are worked on: each is whole, and is the log up to some moment.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_under_load_is_verified_and_served_and_is_a_prefix_of_the_log()
    {
        var plan = new FaultPlan(shortForm: 2);
        await using var server = await ServerProcess.StartAsync(folder, null, "--max-requests-per-second", "0");
        using var load = new Workload(server, plan.Random.Next());
        var logs = new List<List<Line>>();
        var slowest = TimeSpan.Zero;
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            await load.MoreAsync(plan.Random.Next(1, 300));
            var before = load.Ledger.Count;
            using var restored = new TestFolder();
            Directory.CreateDirectory(restored.Data);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(restored.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var copy = Path.Combine(restored.Data, "orders.db");
            var clock = Stopwatch.StartNew();
            var made = await ServerProcess.RunAsync(folder, "backup", copy, "--data", folder.Data);
            Assert.True(made.ExitCode == 0, made.Errors);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            var verified = await ServerProcess.RunAsync(restored, "verify", copy);
            Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
            await using var other = await ServerProcess.StartAsync(restored);
            using var supplier = other.Supplier();
            logs.Add(await Line.ReadLogAsync(supplier));
            Assert.True(logs[^1].Count >= before, $"the backup has {logs[^1].Count} events, and {before} commands were acknowledged before it was made");
            using var client = other.Client();
            Assert.Equal(logs[^1].Max(line => line.OrderId) + 1, (await client.PlaceAsync()).Id);
        }

        Assert.Empty(await load.EndAsync());
        using var reader = server.Supplier();
        var log = await Line.ReadLogAsync(reader);
        Assert.All(logs, backup => Assert.Equal(log.Take(backup.Count), backup));
        FaultPlan.Print($"{logs.Count} backups, the last of {logs[^1].Count} events; {load.Figures}; the slowest took {slowest.TotalMilliseconds:F0} ms");
    }
}
