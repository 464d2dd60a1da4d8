using System.Diagnostics;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What somebody leaves open holds up the end of a server no longer than HostLimits.ShutdownTimeout, and spoils nothing.</summary>
public sealed class ShutdownTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("")]
    [InlineData("/ordergrpc.v1.ClientService/PlaceOrder")]
    public async Task A_server_stops_in_order_though_a_call_was_left_open(string path)
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        if (path.Length > 0)
        {
            await http.OpenAsync(1, path, server.Token("client"));
            await http.PingAsync();
        }

        var start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());
        var took = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"{took.TotalSeconds:0.0} s");
    }
}
