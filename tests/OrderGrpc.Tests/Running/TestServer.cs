using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>The server in this process, on a real socket and real files, where a test needs its clock.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TestFolder folder;
    private readonly ServerHost host;

    private TestServer(TestFolder folder, ServerHost host, FakeTimeProvider time) => (this.folder, this.host, Time) = (folder, host, time);

    public FakeTimeProvider Time { get; }

    public string Address => host.Addresses.Single();

    public static async Task<TestServer> StartAsync(Action<ServerOptions>? configure = null, ServerLimits? limits = null)
    {
        var folder = new TestFolder();
        var options = new ServerOptions
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
        configure?.Invoke(options);
        var now = TimeProvider.System.GetUtcNow();
        var time = new FakeTimeProvider(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond))); // the log keeps microseconds
        var host = await ServerHost.StartAsync(options, time, folder.Config, TextWriter.Null, CancellationToken.None, limits);
        return new TestServer(folder, host, time);
    }

    public Party Client(string language = "en") => new(Address, Token("client"), language);

    public Party Supplier(string language = "en") => new(Address, Token("supplier"), language);

    /// <summary>The exit code of its process, once it has ended, by itself or as it is told here.</summary>
    public Task<int> EndAsync(CancellationToken stop = default) => host.WaitForShutdownAsync(stop).WaitAsync(Deadlines.Patience, CancellationToken.None);

    /// <summary>Returns once what it served with has gone, while the rest of it may still be ending.</summary>
    public async Task AppIsGoneAsync()
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (true)
        {
            try
            {
                _ = host.Addresses;
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
    public Party Other(Role role, string name, string language = "en") => new(Address, Issue(role, name), language);

    /// <summary>A further token.</summary>
    public string Issue(Role role, string name, TimeSpan? lifetime = null) =>
        folder.Identity(Time, (keys, registry) => new TokenIssuer(keys, registry).IssueAsync(new Caller(role, name), lifetime));

    /// <summary>Takes a token back, as the operator does.</summary>
    public void Revoke(string token) => Assert.True(folder.Identity(Time, (_, registry) => registry.RevokeAsync(new JsonWebToken(token).Id)));

    public async Task StopAsync() => await host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }

    private string Token(string role) =>
        File.ReadAllText(Directory.GetFiles(folder.Config, $"*.{role}.token").Single()).Trim();
}
