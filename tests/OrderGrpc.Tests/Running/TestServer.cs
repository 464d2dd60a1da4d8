using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;

namespace OrderGrpc.Tests.Running;

/// <summary>The server in this process, on a real socket and real files, where a test needs its clock.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TestFolder folder;
    private readonly ServerHost host;

    private TestServer(TestFolder folder, ServerHost host, FakeTimeProvider time) => (this.folder, this.host, Time) = (folder, host, time);

    public FakeTimeProvider Time { get; }

    public string Address => host.Addresses.Single();

    public static async Task<TestServer> StartAsync(Action<ServerOptions>? configure = null)
    {
        var folder = new TestFolder();
        var options = new ServerOptions { Data = folder.Data, Urls = "http://127.0.0.1:0" };
        configure?.Invoke(options);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var host = await ServerHost.StartAsync(options, time, folder.Config, TextWriter.Null, CancellationToken.None);
        return new TestServer(folder, host, time);
    }

    public Party Client() => new(Address, Token("client"));

    public Party Supplier() => new(Address, Token("supplier"));

    public async Task StopAsync() => await host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }

    private string Token(string role) =>
        File.ReadAllText(Directory.GetFiles(folder.Config, $"*.{role}.token").Single()).Trim();
}
