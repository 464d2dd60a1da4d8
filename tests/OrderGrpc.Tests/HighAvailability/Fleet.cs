using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>Several servers over one database, and callers who know them all.</summary>
public sealed class Fleet : IAsyncDisposable
{
    private readonly string store;
    private readonly TestFolder folder = new();
    private readonly string[] addresses;
    private readonly ServerProcess?[] servers;

    private Fleet(string store, int count)
    {
        this.store = store;
        addresses = [.. Enumerable.Range(0, count).Select(_ => ServerProcess.FreeAddress())];
        servers = new ServerProcess?[count];
    }

    public int Count => servers.Length;

    public static async Task<Fleet> StartAsync(string store, int servers)
    {
        var fleet = new Fleet(store, servers);
        try
        {
            for (var i = 0; i < servers; i++)
            {
                await fleet.StartAsync(i);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>A caller of all of them, with the token that the first made.</summary>
    public Party Connect(Role role) => new(addresses.Select(address => new Uri(address)), Token(role));

    /// <summary>A caller of one of them.</summary>
    public Party ConnectTo(int server, Role role) => new(addresses[server], Token(role));

    /// <summary>kill -9 of one.</summary>
    public Task KillAsync(int server) => servers[server]!.KillAsync();

    /// <summary>Starts one, for the first time or again, where it was.</summary>
    public async Task StartAsync(int server) =>
        servers[server] = await ServerProcess.StartAsync(folder, addresses[server], "--store", store);

    /// <summary>What one has written about its troubles.</summary>
    public string ErrorsOf(int server) => servers[server]!.Errors;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.OfType<ServerProcess>())
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }

    private string Token(Role role) => servers[0]!.Token(role == Role.Client ? "client" : "supplier");
}
