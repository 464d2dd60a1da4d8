using System.Buffers.Binary;
using Google.Protobuf;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Connections of which nothing more is read for a while, or for ever.</summary>
public sealed class PausedConnectionTests
{
    private const int PerSecond = 20;
    private const string Describe = "/ordergrpc.v1.OrderQueryService/DescribeProcess";

    [Fact]
    public async Task A_connection_whose_caller_has_as_many_refused_as_served_is_not_read_until_a_while_has_passed()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = PerSecond);
        using var other = server.Client();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromSeconds(1));
        var stream = -1;
        for (var i = 0; i <= 2 * PerSecond; i++)
        {
            await http.CallAsync(stream += 2, Describe, token);
            Assert.Contains(i < PerSecond ? "grpc-status: 0" : "grpc-status: 8", (await http.ReadEndAsync()).Headers, StringComparison.Ordinal);
        }

        // What was being waited for when the pause began is read still; what comes after that is not.
        for (var i = 0; i < PerSecond / 4; i++)
        {
            await http.CallAsync(stream += 2, Describe, token);
            await other.Query.DescribeProcessAsync(new());
        }

        // Its token has expired when it is read, as the answer shows.
        server.Time.Advance(ServerLimits.Default.Connections.LongestPause);
        var (last, told) = (0, "");
        while (last != stream)
        {
            (last, told) = await http.ReadEndAsync();
        }

        Assert.Contains("grpc-status: 16", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_stops_though_a_connection_has_watches_and_never_reads()
    {
        var limits = new ServerLimits
        {
            Host = new() { ShutdownTimeout = TimeSpan.FromHours(1) }, // which this test does not wait for
            Calls = new() { WatchEnd = TimeSpan.FromMilliseconds(1) },
        };
        await using var server = await TestServer.StartAsync(
            options => StoredOrders.FillAsync(options.Data, Enumerable.Repeat(LimitTests.Largest(), 12)).GetAwaiter().GetResult(), limits);
        using var http = await RawHttp2.ConnectAsync(server.Address, receiveBuffer: 4096);
        const int window = int.MaxValue;
        await http.SendAsync(Http2Frame.Settings, 0, 0, [0, 4, .. Bytes(window)]);
        await http.SendAsync(Http2Frame.WindowUpdate, 0, 0, Bytes(window - 65_535));
        var request = RawCall.Frame(new WatchOrdersRequest { Beginning = true }.ToByteArray());
        for (var stream = 1; stream < 10; stream += 2) // together more than sockets take in
        {
            await http.OpenAsync(stream, "/ordergrpc.v1.OrderQueryService/WatchOrders", server.Issue(Role.Supplier, "supplier"));
            await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, stream, request);
            await http.ReadHeadersAsync();
        }

        var stopping = server.StopAsync();
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (!stopping.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            server.Time.Advance(limits.Connections.StoppingConnection);
            await Task.Yield();
        }

        await stopping;
    }

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
