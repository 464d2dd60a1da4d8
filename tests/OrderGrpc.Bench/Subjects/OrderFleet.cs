namespace OrderGrpc.Bench.Subjects;

/// <summary>Several of our servers on one database, with callers spread over them.</summary>
public sealed class OrderFleet : IAsyncDisposable
{
    private readonly List<OrderServer> _servers = [];
    private readonly PostgresServer _postgres;

    private OrderFleet(PostgresServer postgres) => _postgres = postgres;

    public IReadOnlyList<OrderServer> Servers => _servers;

    /// <summary>The servers and the database below them.</summary>
    public IReadOnlyList<ServerProcess> Processes => [.. _servers.Select(s => s.Process), .. _postgres.Processes];

    /// <summary>Starts so many on a fresh database.</summary>
    public static Task<OrderFleet> StartAsync(Run run, PostgresServer postgres, string database, int servers) =>
        StartAsync(postgres, database, servers, (store, first) => OrderServer.StartOnAsync(run, store, first));

    /// <summary>The same of servers as they are built, whatever --server and --env say.</summary>
    public static Task<OrderFleet> StartPlainAsync(Run run, PostgresServer postgres, string database, int servers) =>
        StartAsync(postgres, database, servers, (store, first) => OrderServer.StartPlainOnAsync(run, store, first));

    private static async Task<OrderFleet> StartAsync(PostgresServer postgres, string database, int servers, Func<string, OrderServer?, Task<OrderServer>> start)
    {
        var fleet = new OrderFleet(postgres);
        var store = await postgres.NewDatabaseAsync(database);
        try
        {
            for (var i = 0; i < servers; i++)
            {
                fleet._servers.Add(await start(store, fleet._servers.FirstOrDefault()));
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async Task WarmUpAsync()
    {
        foreach (var server in _servers)
        {
            await server.WarmUpAsync();
        }
    }

    /// <summary>The call "place an order", for callers over so many connections in all.</summary>
    public Func<int, Task<bool>> PlaceCall(int connections) => InTurn(server => _servers[server].PlaceCall(Math.Max(1, connections / _servers.Count)));

    /// <summary>A call of which each caller makes those of one server.</summary>
    public Func<int, Task<bool>> InTurn(Func<int, Func<int, Task<bool>>> callAt)
    {
        var calls = Enumerable.Range(0, _servers.Count).Select(callAt).ToArray();
        return caller => calls[caller % calls.Length](caller / calls.Length);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
