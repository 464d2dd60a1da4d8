using System.Buffers.Binary;
using OrderGrpc.Server;
using OrderGrpc.Tests.Faults;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What one connection may have open and may send, at the limit and past it.</summary>
public sealed class ConnectionLimitTests
{
    private const string PlaceOrder = "/ordergrpc.v1.ClientService/PlaceOrder";
    private const uint RefusedStream = 7; // RFC 9113, 7

    [Fact]
    public async Task A_connection_has_so_many_streams_and_the_next_is_refused_alone()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxCallsPerCaller = 0);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "client");
        var stream = 1;
        for (var i = 0; i < Limits.StreamsPerConnection; i++, stream += 2)
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
        await http.OpenAsync(1, PlaceOrder, null, ("x", new string('a', Limits.HeaderFieldBytes + past)));
        Assert.Equal(served ? Http2Frame.Headers : Http2Frame.GoAway, await AnswerAsync(http));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_request_has_so_many_headers(int past, bool served)
    {
        const int others = 6; // that RawHttp2 sends, with those of HTTP/2 itself
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var more = Enumerable.Range(0, Limits.Headers - others + past).Select(i => ($"x{i}", "1")).ToArray();
        await http.OpenAsync(1, PlaceOrder, null, more);
        Assert.Equal(served, (await http.ReadHeadersAsync()).Headers.Contains("grpc-status", StringComparison.Ordinal)); // else HTTP's 431
    }

    [Fact]
    public async Task A_connection_that_does_nothing_is_closed_and_one_that_watches_is_not()
    {
        Assert.SkipUnless(FaultPlan.IsLong, "takes as long as an idle connection is kept: only in the long form");
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        using var watch = new Watch(client, new WatchOrdersRequest());
        await watch.UntilAsync(WatchOrdersResponse.MessageOneofCase.CaughtUp);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
            {
                await NextOfAsync(http, Http2Frame.GoAway);
            }
        });
        FaultPlan.Print($"closed after {clock.Elapsed.TotalSeconds:F0} s");
        var placed = await server.Supplier().Query.ListOrdersAsync(new ListOrdersRequest());
        Assert.Empty(placed.Orders);
        await client.PlaceAsync();
        await watch.EventsAsync(1);
    }

    private static async Task<Http2Frame> NextOfAsync(RawHttp2 http, byte type)
    {
        Http2Frame frame;
        do
        {
            frame = await http.NextAsync();
        }
        while (frame.Type != type);
        return frame;
    }

    private static async Task<byte> AnswerAsync(RawHttp2 http)
    {
        Http2Frame frame;
        do
        {
            frame = await http.NextAsync();
        }
        while (frame.Type is not (Http2Frame.Headers or Http2Frame.Reset or Http2Frame.GoAway));
        return frame.Type;
    }
}
