using System.Net.Sockets;
using System.Text;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Telemetry;

/// <summary>What a service manager hears of the server: the datagrams of systemd's protocol, on a real socket.</summary>
public sealed class ServiceManagerTests
{
    [Fact]
    public async Task A_manager_hears_when_the_server_is_ready_and_when_it_stops()
    {
        using var folder = new TestFolder();
        var path = folder.File("notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await using var server = await ServerProcess.StartAsync(folder, null, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path });
        Assert.Equal("READY=1", await NextAsync(manager));
        using (var client = server.Client())
        {
            await client.PlaceAsync(); // ready is ready
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("STOPPING=1", await NextAsync(manager));
    }

    [Fact]
    public async Task A_manager_that_is_not_there_is_told_of_and_holds_up_nothing()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = folder.File("nobody") });
        using var client = server.Client();
        await client.PlaceAsync();
        Assert.Equal(0, await server.StopAsync());
        Assert.Contains("server: WARNING: the service manager of NOTIFY_SOCKET cannot be told", server.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> NextAsync(Socket manager)
    {
        var datagram = new byte[1024];
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        return Encoding.UTF8.GetString(datagram, 0, await manager.ReceiveAsync(datagram, patience.Token)).Trim();
    }
}
