using System.Runtime.InteropServices;
using OrderGrpc.Bench;
using OrderGrpc.Bench.Scenarios;
using OrderGrpc.Bench.Strangers;
using OrderGrpc.Bench.Subjects;

(string Name, string About, Func<Run, Task> Play)[] scenarios =
[
    ("place", "durable PlaceOrder, closed loop, beside etcd and the prototype", Place.ClosedAsync),
    ("process", "all steps of an order, from placed to completed", WholeProcess.RunAsync),
    ("place-open", "PlaceOrder on a fixed schedule, 2,000 a second", Place.OpenAsync),
    ("check", "CheckOrder", Reads.CheckAsync),
    ("list", "ListOrders, pages of 50", Reads.ListAsync),
    ("latency", "from the write to a watcher, idle", WatchLatency.RunAsync),
    ("fanout", "one event to many watchers", FanOut.RunAsync),
    ("idle", "memory of 10,000 idle watchers", IdleWatchers.RunAsync),
    ("stalled", "one watcher of 1,000 that reads nothing", StalledWatcher.RunAsync),
    ("growth", "write rate, read latency, start and size of a grown file", Growth.RunAsync),
    ("start", "start to first answer, with an empty and a grown file", Growth.StartAsync),
    ("cli", "start of the native command line", CliStart.RunAsync),
    ("ceiling", "an empty RPC on the same server", Ceiling.EmptyCallAsync),
    ("store", "the store and its writer without gRPC", Ceiling.StoreAsync),
    ("strangers", "an honest caller while strangers attack", StrangersAtTheDoor.RunAsync),
    ("attack-reads", "a caller while another reads what costs most", GreedyReader.RunAsync),
    ("settings", "our server with --env or --server beside our server without", Settings.RunAsync),
    ("pg-place", "PlaceOrder on PostgreSQL, beside etcd of three nodes, Marten and SQLite", PostgresPlace.RunAsync),
    ("pg-process", "all steps of an order over three servers", PostgresServers.ProcessAsync),
    ("pg-latency", "from the write at one server to a watcher at another", PostgresServers.LatencyAsync),
    ("pg-fanout", "one event to 1,000 watchers over three servers", PostgresServers.FanOutAsync),
    ("pg-growth", "growth, on PostgreSQL with a standby", Growth.OnPostgresAsync),
    ("pg-attack-reads", "a caller while another reads what costs most, on PostgreSQL", GreedyReader.OnPostgresAsync),
    ("pg-settings", "settings, on PostgreSQL with a standby", Settings.OnPostgresAsync),
    ("h2load", "PlaceOrder from h2load, as a second opinion", Ceiling.H2LoadAsync),
];

if (args is [AttackProcess.Verb, .. var attack])
{
    await AttackProcess.PlayAsync(attack);
    return 0;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
    if (options.Scenarios.Except(scenarios.Select(s => s.Name)).FirstOrDefault() is { } unknown)
    {
        throw new FormatException($"there is no scenario {unknown}");
    }
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}; see --help");
    return 2;
}

if (options.Help)
{
    Console.WriteLine("bench [scenario…] [--rounds N] [--seconds S] [--growth N] [--only PART] [--server DLL] [--env NAME=VALUE]…\n");
    foreach (var scenario in scenarios)
    {
        Console.WriteLine($"  {scenario.Name,-12}{scenario.About}");
    }

    return 0;
}

using var run = new Run(options);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Abandon);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Abandon);
var failed = false;
foreach (var scenario in scenarios.Where(s => options.Scenarios.Count == 0 || options.Scenarios.Contains(s.Name)))
{
    await Console.Error.WriteLineAsync($"\n{scenario.Name}: {scenario.About}");
    try
    {
        await scenario.Play(run);
    }
    catch (Exception e) when (e is Grpc.Core.RpcException or InvalidOperationException or IOException or TimeoutException or HttpRequestException)
    {
        // The other scenarios still have something to say.
        failed = true;
        run.Missing($"{scenario.Name} failed: {e.Message}");
        await Console.Error.WriteLineAsync(e.ToString());
    }
}

Console.WriteLine($"{Environment.ProcessorCount} cores shared by the load and the servers; {options.Rounds} rounds of {options.Round.TotalSeconds:0.#} s in turn; medians (least–most); ours / peer.\n");
ResultTable.Print(run.Rows, Console.Out);
foreach (var line in run.LeftOut)
{
    Console.WriteLine($"- {line}");
}

return failed ? 1 : 0;

// Nothing of a run that is broken off stays: neither its servers nor its files.
void Abandon(PosixSignalContext signal)
{
    const int Interrupted = 130;
    signal.Cancel = true;
    ServerProcess.KillAll();
    run.Dispose();
    Environment.Exit(Interrupted);
}
