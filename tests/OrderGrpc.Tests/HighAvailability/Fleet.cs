using OrderGrpc.Tests.Faults;
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
    private readonly List<string> ended = [];
    private readonly List<Task> again = [];

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

    /// <summary>kill -9 of one.</summary>
    public Task KillAsync(int server) => servers[server]!.KillAsync();

    /// <summary>Starts one, for the first time or again, where it was.</summary>
    public async Task StartAsync(int server)
    {
        var started = servers[server] = await ServerProcess.StartAsync(folder, addresses[server], "--store", store);
        _ = started.EndedByItself.ContinueWith(_ => StartAgain(server, started), TaskScheduler.Default);
    }

    /// <summary>What each has written about its troubles, since it was started last.</summary>
    public string Errors => string.Join('\n', servers.Select((server, i) => $"server {i}: {server?.Errors}"));

    /// <summary>Which of them have ended by themselves, and why.</summary>
    public List<string> Ended
    {
        get
        {
            lock (ended)
            {
                return [.. ended];
            }
        }
    }

    /// <summary>Which of them do not tell the same log as the first.</summary>
    public async Task<List<string>> DifferencesAsync()
    {
        await Task.WhenAll([.. again]);
        var logs = new List<List<Line>>();
        foreach (var address in addresses)
        {
            using var party = new Party(address, Token(Role.Supplier));
            logs.Add(await Line.ReadLogAsync(party));
        }

        return [.. Enumerable.Range(1, Count - 1).Where(i => !logs[i].SequenceEqual(logs[0])).Select(i => $"server {i} tells another log than the first")];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.OfType<ServerProcess>())
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }

    // As whoever looks after services does.
    private void StartAgain(int server, ServerProcess before)
    {
        lock (ended)
        {
            ended.Add($"server {server} ended by itself: {before.Errors}");
            again.Add(StartAsync(server));
        }
    }

    private string Token(Role role) => servers[0]!.Token(role == Role.Client ? "client" : "supplier");
}
