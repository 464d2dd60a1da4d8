using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Every RPC with an order link: of this order, of another, of one that has ended, and one that holds no more.</summary>
public sealed class OrderLinkMatrixTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Health = "grpc.health.v1.Health";
    private const string NotByLink = "PermissionDenied NOT_BY_ORDER_LINK";
    private const string WrongRole = "PermissionDenied WRONG_ROLE";

    private readonly Shop shop = new();
    private readonly Dictionary<(MethodDescriptor Method, string Which), string> told = [];
    private RawCall raw = null!;

    public async ValueTask InitializeAsync()
    {
        await shop.InitializeAsync();
        raw = new RawCall(shop.Server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        raw.Dispose();
        await shop.DisposeAsync();
    }

    [Fact]
    public async Task Every_rpc_with_a_link_does_what_links_are_for_and_nothing_else()
    {
        foreach (var method in EveryMethod.All)
        {
            // Anew for each: some of the calls are done.
            var order = await shop.OrderInAsync(State.QuoteSent);
            await CallAsync(method, "this order", await LinkAsync(order.Id), order.Id);
            var another = await shop.OrderInAsync(State.QuoteSent);
            await CallAsync(method, "another", await LinkAsync(order.Id), another.Id);
            Assert.Equal(another, await Shop.SeenByAsync(shop.Supplier, another.Id));

            var ended = await shop.OrderInAsync(State.QuoteDeclined);
            await CallAsync(method, "ended", await LinkAsync(ended.Id), ended.Id);
        }

        var (open, past) = (await shop.OrderInAsync(State.QuoteSent), await shop.OrderInAsync(State.QuoteDeclined));
        var (ofRevoked, ofPast) = (await LinkAsync(open.Id), await LinkAsync(past.Id));
        await CallAsync(EveryMethod.All[0], "", ofPast, past.Id); // known by now, as one of an order that had just ended
        using var holder = new Party(shop.Server.Address, ofRevoked);
        using var watch = new Watch(holder, new WatchOrdersRequest());
        await watch.BegunAsync();
        shop.Server.RevokeLinks(open.Id);
        shop.Server.Jump(TokenLimits.LinkAfterOrder);
        Assert.Equal("TOKEN_REVOKED", Refused.Of(await watch.ErrorAsync()).Reason); // by now the server has seen it
        foreach (var method in EveryMethod.All)
        {
            await CallAsync(method, "revoked", ofRevoked, open.Id);
            await CallAsync(method, "ended, 30 days after", ofPast, past.Id);
        }

        output.WriteLine(Table());
        foreach (var ((method, which), answer) in told.Where(row => row.Key.Which.Length > 0))
        {
            Assert.True(Expected(method, which).Contains(answer), $"{EveryMethod.PathOf(method)} with a link, {which}: {answer}");
        }
    }

    [Fact]
    public async Task Another_order_is_to_a_link_as_one_that_does_not_exist()
    {
        var link = await LinkAsync((await shop.Client.PlaceAsync()).Id); // 1
        var (ofClient, ofOther, missing) = ((await shop.Client.PlaceAsync()).Id, (await shop.OtherClient.PlaceAsync()).Id, 9L);
        foreach (var method in EveryMethod.All.Where(EveryMethod.NamesAnOrder).Where(method => method.Service.Name != nameof(SupplierService)))
        {
            var answers = new List<string>();
            foreach (var id in new[] { ofClient, ofOther, missing })
            {
                var answer = await SendAsync(method, link, id);
                answers.Add(string.Concat(answer.Everything.Select(c => c is '2' or '3' or '9' ? '#' : c))); // the ids
            }

            Assert.Single(answers.Distinct());
        }
    }

    private static string[] Expected(MethodDescriptor method, string which)
    {
        if (method.Service.FullName == Health)
        {
            return ["OK", "NotFound", "HTTP 200"];
        }

        if (which is "revoked" or "ended, 30 days after")
        {
            return ["Unauthenticated " + (which == "revoked" ? "TOKEN_REVOKED" : "TOKEN_EXPIRED")];
        }

        if (method.Service.Name == nameof(SupplierService))
        {
            return [WrongRole];
        }

        return (method.Name, which) switch
        {
            (nameof(OrderQueryService.OrderQueryServiceBase.GetCaller) or nameof(OrderQueryService.OrderQueryServiceBase.DescribeProcess), _) => ["OK"],
            ("PlaceOrder" or "CreateOrderLink" or "ListOrders", _) => [NotByLink],
            _ when method.Service.Name is "ServerReflection" or nameof(PrototypeService) => [NotByLink],
            (_, "another") => ["NotFound ORDER_NOT_FOUND"],
            _ when method.Service.Name == nameof(OrderQueryService) => [method.IsServerStreaming ? "HTTP 200" : "OK"],
            (_, "ended") => ["FailedPrecondition WRONG_STATE"],
            ("ApproveQuote", _) => ["FailedPrecondition QUOTE_CHANGED"], // of the digest that the request names
            ("ApproveRealization" or "RejectRealization", _) => ["FailedPrecondition WRONG_STATE"],
            _ => ["OK"],
        };
    }

    private async Task<string> LinkAsync(long orderId) => (await shop.Client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = orderId })).Token;

    private async Task CallAsync(MethodDescriptor method, string which, string link, long orderId) => told[(method, which)] = (await SendAsync(method, link, orderId)).Told;

    private Task<RawAnswer> SendAsync(MethodDescriptor method, string link, long orderId) => raw.SendAsync(
        EveryMethod.PathOf(method), RawCall.Frame(EveryMethod.RequestOf(method, orderId)), link, stream: method.IsServerStreaming && !method.IsClientStreaming);

    private string Table()
    {
        var columns = told.Keys.Select(row => row.Which).Where(which => which.Length > 0).Distinct().ToList();
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"RPC",-48}").AppendJoin("", columns.Select(which => $" {which,-34}"));
        foreach (var method in EveryMethod.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"\n{method.Service.Name + "." + method.Name,-48}").AppendJoin("", columns.Select(which => $" {told[(method, which)],-34}"));
        }

        return table.ToString();
    }
}
