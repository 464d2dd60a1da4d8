using OrderGrpc.Bench.Subjects;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>
/// Our server with the variables of --env (or the build of --server) beside our server without, in
/// turn: what a setting of the runtime gives.
/// </summary>
public static class Settings
{
    private const string Latency = "settings: write to watcher, idle";
    private const int ManyCallers = 64;
    private const int Orders = 2_000;
    private const int ListCallers = 16;
    private const int ConnectionCount = 4;

    public static async Task RunAsync(Run run)
    {
        if (HasSomething(run))
        {
            await using var ours = await OrderServer.StartAsync(run);
            await using var plain = await OrderServer.StartPlainAsync(run);
            await CompareAllAsync(run, ours, plain);
        }
    }

    /// <summary>The same on a PostgreSQL with a synchronous standby, each in a database of its own.</summary>
    public static async Task OnPostgresAsync(Run run)
    {
        await using var postgres = HasSomething(run) ? await PostgresServer.StartAsync(run, withStandby: true) : null;
        if (postgres is not null)
        {
            await using var ours = await OrderFleet.StartAsync(run, postgres, "ours", PostgresPlace.ServerCount);
            await using var plain = await OrderFleet.StartPlainAsync(run, postgres, "plain", PostgresPlace.ServerCount);
            await ours.WarmUpAsync();
            await plain.WarmUpAsync();
            await CompareFleetsAsync(run, ours, plain);
            await CompareAllAsync(run, ours.Servers[0], plain.Servers[0]);
        }
    }

    private static async Task CompareFleetsAsync(Run run, OrderFleet ours, OrderFleet plain)
    {
        Contender As(string name, OrderFleet fleet)
        {
            var place = fleet.PlaceCall(PostgresPlace.ConnectionCount);
            return new(name, fleet.Processes, time => Load.ClosedAsync(ManyCallers, time, place));
        }

        Place.Report(run, "settings: place, 64 callers on 6, 3 servers", await Rounds.InterleaveAsync(run.Options, As("ours", ours), As("as built", plain)));
    }

    private static bool HasSomething(Run run)
    {
        var has = run.Options.ServerEnvironment.Count > 0 || run.Options.Server is not null;
        if (!has)
        {
            run.Missing("settings compares nothing without --env or --server");
        }

        return has;
    }

    private static async Task CompareAllAsync(Run run, OrderServer ours, OrderServer plain)
    {
        await CompareAsync(run, "settings: place, 1 caller on 1", 1, ours, plain, s => s.PlaceCall(1));
        await CompareAsync(run, "settings: place, 64 callers on 4", ManyCallers, ours, plain, s => s.PlaceCall(ConnectionCount));
        await CompareAsync(run, "settings: check, 64 callers on 4", ManyCallers, ours, plain, s => Reads.CheckCall(s, ConnectionCount, 1));
        await Load.CountedAsync(ManyCallers, Orders, ours.PlaceCall(ConnectionCount));
        await Load.CountedAsync(ManyCallers, Orders, plain.PlaceCall(ConnectionCount));
        await CompareAsync(run, "settings: list, 16 callers on 4", ListCallers, ours, plain, Reads.ListCall);
        if (!Latency.Contains(run.Options.Only ?? "", StringComparison.Ordinal))
        {
            return;
        }

        await using var watch = await WatchLatency.OpenAsync(ours, ours);
        await using var plainWatch = await WatchLatency.OpenAsync(plain, plain);
        Place.Report(
            run,
            Latency,
            await Rounds.InterleaveAsync(run.Options, new Contender("ours", ours.Process, watch.MeasureAsync), new("as built", plain.Process, plainWatch.MeasureAsync)),
            "ms, median",
            lessIsBetter: true);
    }

    private static async Task CompareAsync(
        Run run, string scenario, int callers, OrderServer ours, OrderServer plain, Func<OrderServer, Func<int, Task<bool>>> call)
    {
        if (!scenario.Contains(run.Options.Only ?? "", StringComparison.Ordinal))
        {
            return;
        }

        Contender As(string name, OrderServer server)
        {
            var placed = call(server);
            return new(name, server.Process, time => Load.ClosedAsync(callers, time, placed));
        }

        Place.Report(run, scenario, await Rounds.InterleaveAsync(run.Options, As("ours", ours), As("as built", plain)));
    }
}
