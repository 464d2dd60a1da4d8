using System.Diagnostics.CodeAnalysis;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What a connection may do before its first good call, and what it may do after it.</summary>
[SuppressMessage("Style", "IDE0058", Justification = "frames are read to be passed over")]
public sealed class UnprovenConnectionTests
{
    private const string GetOrder = "/ordergrpc.v1.OrderQueryService/GetOrder";
    private const string Describe = "/ordergrpc.v1.OrderQueryService/DescribeProcess";
    private const string Watch = "/grpc.health.v1.Health/Watch";
    private const string Check = "/grpc.health.v1.Health/Check";

    [Fact]
    public async Task A_stranger_that_resets_its_streams_gets_no_further_than_a_few()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRefusedCallsPerSecond = 1000);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        for (var stream = 1; stream <= (2 * ServerLimits.Default.Connections.UnprovenRefusals) + 1; stream += 2)
        {
            await http.OpenAsync(stream, GetOrder, "bad", ("x-number", "1"));
            await http.SendAsync(Http2Frame.Reset, 0, stream, [0, 0, 0, 8]);
        }

        // What comes after the last stream that it may open is not read: no ping is answered.
        await http.SendAsync(Http2Frame.Ping, 0, 0, new byte[8]);
        var read = UntilAsync(http, Http2Frame.Ping);
        server.Time.Advance(ServerLimits.Default.Connections.FirstCall);
        server.Time.Advance(ServerLimits.Default.Connections.ClosingConnection);
        await Assert.ThrowsAnyAsync<IOException>(() => read);
    }

    [Fact]
    public async Task A_connection_whose_calls_are_all_refused_is_ended()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRefusedCallsPerSecond = 1000);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var stream = 1; ; stream += 2)
            {
                Assert.InRange(stream / 2, 0, ServerLimits.Default.Connections.UnprovenRefusals);
                await http.OpenAsync(stream, GetOrder, "bad");
                await http.ReadHeadersAsync();
            }
        });
    }

    [Fact]
    public async Task An_address_has_so_many_refused_calls_on_all_its_connections_and_a_callers_is_not_touched()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRefusedCallsPerSecond = 3);
        using var client = server.Client();
        await client.Query.DescribeProcessAsync(new());
        var answers = 0;
        while (answers < 10)
        {
            using var http = await RawHttp2.ConnectAsync(server.Address);
            await http.OpenAsync(1, GetOrder, "bad");
            try
            {
                await http.ReadHeadersAsync();
                answers++;
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.InRange(answers, 1, 3);
        await client.Query.DescribeProcessAsync(new());
    }

    [Fact]
    public async Task A_stranger_of_an_address_under_suspicion_has_two_streams_at_once_and_the_next_waits_unread()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRefusedCallsPerSecond = 1);
        using var bad = await RawHttp2.ConnectAsync(server.Address);
        await bad.CallAsync(1, GetOrder, "bad");
        await bad.ReadHeadersAsync(); // as many refused as the address may have

        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromSeconds(1));
        await http.CallAsync(1, Watch, null);
        await http.CallAsync(3, Watch, null);
        await http.CallAsync(5, Describe, token);
        Assert.Equal([1, 3], new[] { (await http.ReadHeadersAsync()).Stream, (await http.ReadHeadersAsync()).Stream }.Order());
        await GoodCallOfOtherAsync(server);

        // It is read once the suspicion is over: by then its token has expired, as the answer shows.
        server.Time.Advance(ServerLimits.Default.Connections.FirstCall);
        Assert.Contains("grpc-status: 16", (await http.ReadHeadersAsync()).Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_opens_many_streams_at_once_and_all_are_served_once_the_first_is_let_in()
    {
        const int streams = 200;
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "gateway");
        for (var i = 0; i < streams; i++)
        {
            await http.OpenAsync((2 * i) + 1, GetOrder, token);
        }

        for (var i = 0; i < streams; i++)
        {
            await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, (2 * i) + 1, RawCall.Frame([8, 1]));
        }

        var answered = new HashSet<int>();
        while (answered.Count < streams)
        {
            answered.Add((await http.ReadHeadersAsync()).Stream);
        }
    }

    [Fact]
    public async Task What_was_half_read_when_the_connection_was_proven_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        // In one piece, so that both are read before the connection is proven: the call, and a ping of which 5 bytes are to come.
        await http.SendAsync([.. RawHttp2.Opening(1, Describe, server.Issue(Role.Client, "acme")), 0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3]);
        await GoodCallOfOtherAsync(server);
        await http.SendAsync([4, 5, 6, 7, 8]);
        await UntilAsync(http, Http2Frame.Ping);
        await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, RawCall.Frame([]));
        await http.ReadHeadersAsync();
    }

    [Fact]
    public async Task Until_its_first_good_call_a_connection_has_10_seconds()
    {
        await using var server = await TestServer.StartAsync();
        using var silent = await RawHttp2.ConnectAsync(server.Address);
        using var unspoken = await RawHttp2.OpenSocketAsync(server.Address);
        using var good = await RawHttp2.ConnectAsync(server.Address);
        await GoodCallAsync(good, server.Issue(Role.Client, "acme"));
        await silent.PingAsync();
        server.Time.Advance(ServerLimits.Default.Connections.FirstCall);
        server.Time.Advance(ServerLimits.Default.Connections.ClosingConnection);
        await Assert.ThrowsAnyAsync<IOException>(() => UntilAsync(silent, byte.MaxValue));
        await Assert.ThrowsAnyAsync<IOException>(() => UntilAsync(unspoken, byte.MaxValue));
        await good.PingAsync();
    }

    [Fact]
    public async Task A_new_connection_takes_the_place_of_the_oldest_that_has_had_no_good_call()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxUnprovenConnectionsPerAddress = 2);
        using var good = await RawHttp2.ConnectAsync(server.Address);
        await GoodCallAsync(good, server.Issue(Role.Client, "acme"));
        using var oldest = await RawHttp2.ConnectAsync(server.Address);
        using var second = await RawHttp2.ConnectAsync(server.Address);
        using var newest = await RawHttp2.ConnectAsync(server.Address);
        await Assert.ThrowsAnyAsync<IOException>(() => UntilAsync(oldest, byte.MaxValue));
        await second.PingAsync();
        await newest.PingAsync();
        await good.PingAsync();
    }

    [Fact]
    public async Task An_address_makes_so_many_new_connections_a_second()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxNewConnectionsPerSecond = 2);
        using var first = await RawHttp2.ConnectAsync(server.Address);
        using var second = await RawHttp2.ConnectAsync(server.Address);
        await Assert.ThrowsAnyAsync<IOException>(() => RawHttp2.ConnectAsync(server.Address));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        using var third = await RawHttp2.ConnectAsync(server.Address);
        await third.PingAsync();
    }

    [Fact]
    public async Task Who_asks_for_health_alone_may_ask_again_and_again()
    {
        await using var server = await TestServer.StartAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        for (var i = 0; i < 3 * ServerLimits.Default.Connections.UnprovenStreams; i++)
        {
            await http.OpenAsync((2 * i) + 1, Check, null);
            await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, (2 * i) + 1, RawCall.Frame([]));
            await http.ReadHeadersAsync();
        }
    }

    // So that what was sent before on another connection has been taken in.
    private static async Task GoodCallOfOtherAsync(TestServer server)
    {
        using var other = server.Client();
        await other.Query.DescribeProcessAsync(new());
    }

    private static async Task GoodCallAsync(RawHttp2 http, string token)
    {
        await http.CallAsync(1, Describe, token);
        await http.ReadHeadersAsync();
    }

    // In all, not for each frame: what may come between is passed over.
    private static Task UntilAsync(RawHttp2 http, byte type) => Task.Run(async () =>
    {
        Http2Frame frame;
        do
        {
            frame = await http.NextAsync();
        }
        while (frame.Type != type || (frame.Flags & Http2Frame.Ack) == 0);
    }).WaitAsync(Deadlines.Patience);
}
