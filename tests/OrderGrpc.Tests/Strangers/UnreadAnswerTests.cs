using Google.Protobuf;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Answers that their callers do not take.</summary>
public sealed class UnreadAnswerTests
{
    private const int Cancelled = 8; // of HTTP/2
    private const int Looks = 1000;
    private const int Seconds = 30;

    [Fact]
    public async Task A_call_runs_until_its_answer_is_taken()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxCallsPerCaller = 1);
        using var acme = new Party(server.Address, server.Issue(Role.Client, "acme"));
        using var http = await AskAsync(server, acme);
        Assert.Equal("RATE_LIMITED", (await Refused.By(acme.Query.ListOrdersAsync(new ListOrdersRequest()))).Reason);

        // There is room for it now, and it comes to its end.
        await http.SendAsync(Http2Frame.WindowUpdate, 0, 0, [0, 0x10, 0, 0]);
        await http.SendAsync(Http2Frame.WindowUpdate, 0, 1, [0, 0x10, 0, 0]);
        await http.ReadHeadersAsync();
        await acme.Query.ListOrdersAsync(new ListOrdersRequest());
    }

    [Fact]
    public async Task An_answer_that_is_not_taken_within_its_deadline_is_reset()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxCallsPerCaller = 1);
        using var acme = new Party(server.Address, server.Issue(Role.Client, "acme"));
        using var http = await AskAsync(server, acme);
        var frame = await http.NextAsync();
        server.Time.Advance(TimeSpan.FromSeconds(60));
        for (var asked = 0; frame.Type != Http2Frame.Reset; asked++)
        {
            Assert.True(asked < Looks, "it is not reset");
            server.Time.Advance(asked < Seconds ? TimeSpan.FromSeconds(1) : TimeSpan.Zero); // less in all than after which an idle connection is closed
            await http.SendAsync(Http2Frame.Ping, 0, 0, new byte[8]);
            frame = await http.NextAsync();
        }

        Assert.Equal((1, Cancelled), (frame.Stream, frame.Payload[3]));
        await acme.Query.ListOrdersAsync(new ListOrdersRequest());
    }

    // Asks for an order that is larger than what may be sent and what may wait together.
    private static async Task<RawHttp2> AskAsync(TestServer server, Party acme)
    {
        var large = Requests.Place();
        large.Lines.Add(Enumerable.Repeat(new OrderLine { Description = new string('木', 500), Quantity = "1" }, 99));
        var order = (await acme.Client.PlaceOrderAsync(large)).Order;
        var http = await RawHttp2.ConnectAsync(server.Address);
        await http.OpenAsync(1, "/ordergrpc.v1.OrderQueryService/GetOrder", server.Issue(Role.Client, "acme"));
        await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, RawCall.Frame(new GetOrderRequest { OrderId = order.Id }.ToByteArray()));
        await http.ReadHeadersAsync();
        return http;
    }
}
