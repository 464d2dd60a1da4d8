using System.Diagnostics;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Nobody can hold up the end of a server by what they leave open.</summary>
public sealed class ShutdownTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("")]
    [InlineData("/grpc.health.v1.Health/Watch")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    [InlineData("/ordergrpc.v1.ClientService/PlaceOrder")]
    [InlineData("/ordergrpc.v1.OrderQueryService/WatchOrders")]
    public async Task A_server_stops_at_once_though_a_call_was_left_open(string path)
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
        Assert.True(took < Limits.ShutdownTimeout);
    }
}
