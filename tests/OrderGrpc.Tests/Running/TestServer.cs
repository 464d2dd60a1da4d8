using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>
/// The server in this process, on a real socket and real files, where a test needs its clock. Over PostgreSQL
/// they are several with one clock, unless a test sets one up, and each further party calls the next.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TestFolder folder;
    private readonly List<ServerHost> hosts = [];
    private int parties;

    private TestServer(TestFolder folder, FakeTimeProvider time) => (this.folder, Time) = (folder, time);

    public FakeTimeProvider Time { get; }

    public string Address => AddressOf(0);

    private ServerHost Host => hosts[0];

    public static async Task<TestServer> StartAsync(Action<ServerOptions>? configure = null, ServerLimits? limits = null)
    {
        var folder = new TestFolder();
        var now = TimeProvider.System.GetUtcNow();
        var time = new FakeTimeProvider(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond))); // the log keeps microseconds
        var server = new TestServer(folder, time);
        for (var i = 0; i < (configure is null && limits is null ? TestFolder.Servers : 1); i++)
        {
            var options = Options(folder);
            configure?.Invoke(options);
            server.hosts.Add(await ServerHost.StartAsync(options, time, folder.Config, TextWriter.Null, CancellationToken.None, limits));
        }

        return server;
    }

    /// <summary>The address of one of several, or of the one that there is.</summary>
    public string AddressOf(int server) => hosts[server % hosts.Count].Addresses.Single();

    public Party Client(string language = "en") => new(Next(), Token("client"), language);

    public Party Supplier(string language = "en") => new(Next(), Token("supplier"), language);

    /// <summary>The exit code of its process, once it has ended, by itself or as it is told here.</summary>
    public Task<int> EndAsync(CancellationToken stop = default) => Host.WaitForShutdownAsync(stop).WaitAsync(Deadlines.Patience, CancellationToken.None);

    /// <summary>Returns once what it served with has gone, while the rest of it may still be ending.</summary>
    public async Task AppIsGoneAsync()
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (true)
        {
            try
            {
                _ = Host.Addresses;
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>A further party, whose token is issued while the server runs.</summary>
    public Party Other(Role role, string name, string language = "en") => new(Next(), Issue(role, name), language);

    /// <summary>A further token.</summary>
    public string Issue(Role role, string name, TimeSpan? lifetime = null) =>
        folder.Identity(Time, (keys, registry) => new TokenIssuer(keys, registry).IssueAsync(new Caller(role, name), lifetime));

    /// <summary>Takes a token back, as the operator does.</summary>
    public void Revoke(string token) => Assert.True(folder.Identity(Time, (_, registry) => registry.RevokeAsync(new JsonWebToken(token).Id)));

    /// <summary>Takes the links of an order back, as the operator does.</summary>
    public void RevokeLinks(long orderId) => folder.Identity(Time, async (_, registry) =>
    {
        await registry.RevokeLinksAsync(orderId);
        return 0;
    });

    /// <summary>Lets days pass at once: what is timed by the second runs for the last of them only.</summary>
    public void Jump(TimeSpan by)
    {
        var second = TimeSpan.FromSeconds(1);
        Time.AdjustTime(Time.GetUtcNow() + by - second);
        Time.Advance(second);
    }

    public async Task StopAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Dispose();
    }

    private string Next() => AddressOf(parties++);

    private static ServerOptions Options(TestFolder folder) => new()
    {
        Data = folder.Data,
        Store = folder.Store,
        Urls = "http://127.0.0.1:0",
        KnownSuppliers = SupplierCheck.Any, // a test names whom it needs
        MaxRequestsPerSecond = 0, // its clock stands still, so no bucket would fill
        MaxNewConnectionsPerSecond = 0,
        MaxRefusedCallsPerSecond = 0,
        LogLevel = LogLevel.Error, // what it refuses is checked by the test, and would bury what fails
    };

    private string Token(string role) =>
        File.ReadAllText(Directory.GetFiles(folder.Config, $"*.{role}.token").Order().First()).Trim();
}
