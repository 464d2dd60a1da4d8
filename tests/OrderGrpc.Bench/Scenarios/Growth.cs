using System.Globalization;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>What a file that has grown costs: writes, reads, start and size, beside those of a small one.</summary>
public static class Growth
{
    private const int FillCallers = 256;
    private const int Callers = 64;
    private const int ConnectionCount = 4;
    private const int Milestone = 1_000_000;
    private const int FillStep = 50_000;

    // At 500/s, the least that this is any use at.
    private static readonly TimeSpan FillStepLimit = TimeSpan.FromSeconds(100);

    public static async Task RunAsync(Run run) => await RunAsync(run, await OrderServer.StartAsync(run), server => server.DataMebibytes, PlaceAsync);

    /// <summary>The same of a database on a PostgreSQL with a synchronous standby.</summary>
    public static async Task OnPostgresAsync(Run run)
    {
        await using var postgres = await PostgresServer.StartAsync(run, withStandby: true);
        if (postgres is not null)
        {
            var server = await OrderServer.StartOnAsync(run, await postgres.NewDatabaseAsync("grown"));
            await RunAsync(run, server, _ => postgres.DataMebibytes, (_, missing) => postgres.RepeatAsync("grown", FillStep, missing));
        }
    }

    private static async Task RunAsync(Run run, OrderServer server, Func<OrderServer, double> size, Func<OrderServer, long, Task> fill)
    {
        try
        {
            Stage? small = null;
            foreach (var events in new[] { 0, Milestone, run.Options.Growth }.Where(s => s <= run.Options.Growth).Distinct())
            {
                await FillAsync(server, events - FillStep, fill);
                var stage = await MeasureAsync(run, server);
                var count = await CountAsync(server);
                server = await RestartAsync(run, server, stage.Start);
                Report(run, count, size(server), stage, small);
                small ??= stage;
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Only the start: with nothing in the file, and with what --growth says.</summary>
    public static async Task StartAsync(Run run)
    {
        var server = await OrderServer.StartAsync(run);
        try
        {
            var empty = new Series("empty");
            server = await RestartAsync(run, server, empty);
            await FillAsync(server, run.Options.Growth, PlaceAsync);
            var grown = new Series("ours");
            var events = await CountAsync(server);
            server = await RestartAsync(run, server, grown);
            run.Add(new(string.Create(CultureInfo.InvariantCulture, $"start to first answer, {events:N0} events"), "ms", grown, empty, LessIsBetter: true));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<Stage> MeasureAsync(Run run, OrderServer server)
    {
        // A server that has just started is slower than any file makes it.
        await FillAsync(server, await CountAsync(server) + FillStep, PlaceAsync);
        var place = server.PlaceCall(ConnectionCount);
        var write = await Rounds.InterleaveAsync(run.Options, new Contender("ours", server.Process, time => Load.ClosedAsync(Callers, time, place)));

        // One caller: a latency, not a rate.
        var check = Reads.CheckCall(server, 1, await CountAsync(server));
        var read = await Rounds.InterleaveAsync(run.Options, new Contender("ours", server.Process, async time =>
        {
            var outcome = await Load.ClosedAsync(1, time, check);
            return outcome with { Figure = outcome.Latencies.PercentileMilliseconds(50) };
        }));
        return new(write["ours"], read["ours"], new Series("ours"));
    }

    private static void Report(Run run, long events, double size, Stage stage, Stage? small)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"at {events:N0} events");
        run.Add(new($"growth, {at}: place, 64 callers", "/s", stage.Write, Renamed(small?.Write)));
        run.Add(new($"growth, {at}: check, 1 caller", "ms, median", stage.Read, Renamed(small?.Read), LessIsBetter: true));
        run.Add(new($"growth, {at}: start to first answer", "ms", stage.Start, Renamed(small?.Start), LessIsBetter: true));
        run.Add(new($"growth, {at}: size of the file", "MiB", Series.Of("ours", size)));
    }

    private static Series? Renamed(Series? series)
    {
        if (series is null)
        {
            return null;
        }

        var renamed = new Series("at first");
        renamed.Samples.AddRange(series.Samples);
        return renamed;
    }

    /// <summary>Stops and starts the server as often as there are rounds; the last start is left running.</summary>
    private static async Task<OrderServer> RestartAsync(Run run, OrderServer server, Series times)
    {
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            await server.DisposeAsync();
            server = await OrderServer.StartAsync(run, server);
            var outcome = new Outcome(server.StartTime.TotalMilliseconds, new(), 1);
            times.Samples.Add(new(outcome, server.Process.CpuSeconds, server.Process.PeakMebibytes, null, 0));
        }

        return server;
    }

    /// <summary>Makes events until there are so many, step by step.</summary>
    private static async Task FillAsync(OrderServer server, long events, Func<OrderServer, long, Task> fill)
    {
        for (var missing = events - await CountAsync(server); missing > 0; missing = events - await CountAsync(server))
        {
            await fill(server, missing);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"filling: {missing:N0} were missing"));
        }
    }

    /// <summary>One step by orders, bounded in time.</summary>
    private static Task PlaceAsync(OrderServer server, long missing) =>
        Load.CountedAsync(FillCallers, (int)Math.Min(missing, FillStep), server.PlaceCall(ConnectionCount)).WaitAsync(FillStepLimit);

    /// <summary>How many events there are: the position of one more.</summary>
    private static async Task<long> CountAsync(OrderServer server)
    {
        var client = server.Clients(1, i => new ClientService.ClientServiceClient(i))[0];
        return (await client.PlaceOrderAsync(OrderServer.NewOrder(), server.AsClient)).Position;
    }

    private sealed record Stage(Series Write, Series Read, Series Start);
}
