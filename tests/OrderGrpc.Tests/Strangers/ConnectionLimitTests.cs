using System.Buffers.Binary;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What one connection may have open and may send, and how many there may be, at the limit and past it.</summary>
public sealed class ConnectionLimitTests
{
    private const string PlaceOrder = "/ordergrpc.v1.ClientService/PlaceOrder";
    private const uint RefusedStream = 7; // RFC 9113, 7

    [Fact]
    public async Task A_connection_has_so_many_streams_and_the_next_is_refused_alone()
    {
        await using var server = await TestServer.StartAsync(options => (options.MaxCallsPerCaller, options.MaxStreamsPerConnection) = (0, 50));
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "client");
        var stream = 1;
        for (var i = 0; i < 50; i++, stream += 2)
        {
            await http.OpenAsync(stream, PlaceOrder, token); // its request never comes
        }

        await http.PingAsync();
        await http.OpenAsync(stream, PlaceOrder, token);
        var reset = await NextOfAsync(http, Http2Frame.Reset);
        Assert.Equal((stream, RefusedStream), (reset.Stream, BinaryPrimitives.ReadUInt32BigEndian(reset.Payload)));
        await http.PingAsync(); // the others go on
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_header_has_a_largest_size(int past, bool served)
    {
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        await http.OpenAsync(1, PlaceOrder, null, ("x", new string('a', ServerLimits.Default.Connections.HeaderFieldBytes + past)));
        Assert.Equal(served ? Http2Frame.Headers : Http2Frame.GoAway, (await NextOfAsync(http, Http2Frame.Headers, Http2Frame.GoAway)).Type);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_request_has_so_many_headers(int past, bool served)
    {
        const int others = 6; // that RawHttp2 sends, with those of HTTP/2 itself
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var more = Enumerable.Range(0, ServerLimits.Default.Connections.Headers - others + past).Select(i => ($"x{i}", "1")).ToArray();
        await http.OpenAsync(1, PlaceOrder, null, more);
        Assert.Equal(served, (await http.ReadHeadersAsync()).Headers.Contains("grpc-status", StringComparison.Ordinal)); // else HTTP's 431
    }

    [Fact]
    public async Task A_connection_without_calls_is_closed_though_it_answers_pings_and_one_with_a_call_is_not()
    {
        await using var server = await TestServer.StartAsync();
        using var idle = await RawHttp2.ConnectAsync(server.Address);
        await idle.OpenAsync(1, "/ordergrpc.v1.OrderQueryService/DescribeProcess", server.Issue(Role.Client, "client"));
        await idle.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, RawCall.Frame([]));
        await idle.ReadHeadersAsync();
        using var busy = await RawHttp2.ConnectAsync(server.Address);
        await busy.OpenAsync(1, "/ordergrpc.v1.OrderQueryService/WatchOrders", server.Issue(Role.Client, "client"));
        await busy.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, RawCall.Frame([]));
        await busy.ReadHeadersAsync(); // the watch runs
        server.Time.Advance(ServerLimits.Default.Connections.IdleConnection - TimeSpan.FromTicks(1));
        await idle.PingAsync();
        server.Time.Advance(TimeSpan.FromTicks(1));
        await NextOfAsync(idle, Http2Frame.GoAway);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await idle.NextAsync();
            }
        });
        await busy.SendAsync(Http2Frame.Ping, 0, 0, new byte[8]);
        Assert.Equal(Http2Frame.Ping, (await NextOfAsync(busy, Http2Frame.Ping, Http2Frame.GoAway)).Type);
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_a_new_one_once_an_old_one_is_closed()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxConnectionsPerAddress = 2);
        using var first = await RawHttp2.ConnectAsync(server.Address);
        using (await RawHttp2.ConnectAsync(server.Address))
        {
            await Assert.ThrowsAnyAsync<IOException>(() => RawHttp2.ConnectAsync(server.Address));
        }

        RawHttp2? next = null;
        while (next is null)
        {
            try
            {
                next = await RawHttp2.ConnectAsync(server.Address);
            }
            catch (IOException)
            {
                await Task.Yield(); // the server hears of the end a moment after us
            }
        }

        next.Dispose();
        await first.PingAsync();
    }

    // In all, not for each frame: the server's pings go on for ever.
    private static Task<Http2Frame> NextOfAsync(RawHttp2 http, params byte[] types) => Task.Run(async () =>
    {
        Http2Frame frame;
        do
        {
            frame = await http.NextAsync();
        }
        while (!types.Contains(frame.Type));
        return frame;
    }).WaitAsync(Deadlines.Patience);
}
