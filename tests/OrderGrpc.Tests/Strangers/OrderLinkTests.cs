using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What the holder of an order link does with it, and how it ends.</summary>
public sealed class OrderLinkTests : IAsyncLifetime
{
    private readonly Shop shop = new();

    public ValueTask InitializeAsync() => shop.InitializeAsync();

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Who_has_the_link_of_an_order_follows_and_answers_it_to_its_end_as_its_client()
    {
        var order = await shop.Client.PlaceAsync();
        await shop.Client.PlaceAsync("another");
        var made = await LinkAsync(order.Id);
        using var holder = Holder(made.Token);
        using var watch = new Watch(holder, new WatchOrdersRequest { Beginning = true });
        await shop.OrderInAsync(State.QuoteSent); // another that it is not told of
        await shop.Supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = order.Id });
        await shop.Supplier.Supplier.DraftQuoteAsync(Requests.Draft(order.Id));
        Assert.Null((await Shop.SeenByAsync(holder, order.Id)).Quote);
        await shop.Supplier.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id });

        var sent = await Shop.SeenByAsync(holder, order.Id);
        Assert.Equal(sent.Quote.Digest, (await holder.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = order.Id })).Digest);
        await holder.Client.ApproveQuoteAsync(Requests.Accept(sent));
        await shop.Supplier.Supplier.ReportRealizationAsync(new ReportRealizationRequest { OrderId = order.Id });
        var done = await holder.Client.ApproveRealizationAsync(new ApproveRealizationRequest { OrderId = order.Id });

        Assert.Equal(State.Completed, done.Order.State);
        Assert.Equal("client", done.Order.Client);
        var seen = await watch.EventsAsync(7);
        Assert.All(seen, happened => Assert.Equal(order.Id, happened.OrderId));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], seen.Select(happened => happened.Revision));
        Assert.Equal(seen, (await holder.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = order.Id })).Events);
    }

    [Fact]
    public async Task A_watch_that_names_another_order_beside_its_own_is_refused_and_one_of_everything_starts_with_its_own()
    {
        var (own, another) = (await shop.Client.PlaceAsync(), await shop.Client.PlaceAsync());
        using var holder = Holder((await LinkAsync(own.Id)).Token);

        using var both = new Watch(holder, new WatchOrdersRequest { OrderIds = { own.Id, another.Id } });
        Assert.Equal("ORDER_NOT_FOUND", await both.RefusalAsync());
        using var all = new Watch(holder, new WatchOrdersRequest { Snapshot = true });
        var snapshot = await all.UntilAsync(Kind.CaughtUp);
        Assert.Equal([own.Id], snapshot.Where(message => message.MessageCase == Kind.SnapshotOrder).Select(message => message.SnapshotOrder.Id));
    }

    [Fact]
    public async Task It_knows_whose_link_it_is_and_of_which_order_and_its_end_once_that_has_ended()
    {
        var order = await shop.Client.PlaceAsync();
        var made = await LinkAsync(order.Id);
        using var holder = Holder(made.Token);
        var caller = await holder.Query.GetCallerAsync(new GetCallerRequest());
        Assert.Equal((Role.Client, "client", order.Id), (caller.Role, caller.Name, caller.OrderId));
        Assert.Null(made.ExpireTime);
        Assert.Null(caller.TokenExpireTime);
        Assert.Equal("", made.Url);
        Assert.Equal(0, (await shop.Client.Query.GetCallerAsync(new GetCallerRequest())).OrderId);

        await shop.Client.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = order.Id });
        shop.Server.Jump(TimeSpan.FromDays(1));
        var end = shop.Server.Time.GetUtcNow().AddDays(29);
        Assert.Equal(end, (await holder.Query.GetCallerAsync(new GetCallerRequest())).TokenExpireTime.ToDateTimeOffset());
        Assert.Equal(end, (await LinkAsync(order.Id)).ExpireTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task It_holds_until_30_days_after_the_end_of_the_order_and_no_new_one_is_made_after_that()
    {
        var order = await shop.Client.PlaceAsync();
        using var holder = Holder((await LinkAsync(order.Id)).Token);
        shop.Server.Jump(TimeSpan.FromDays(400)); // as long as the order runs
        await holder.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = order.Id });
        shop.Server.Jump(TokenLimits.LinkAfterOrder - TimeSpan.FromSeconds(1));
        await Shop.SeenByAsync(holder, order.Id);
        using var watch = new Watch(holder, new WatchOrdersRequest());
        await watch.UntilAsync(Kind.CaughtUp);

        shop.Server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_EXPIRED", Refused.Of(await watch.ErrorAsync()).Reason);
        Assert.Equal("TOKEN_EXPIRED", (await Refused.By(holder.Query.GetOrderAsync(new GetOrderRequest { OrderId = order.Id }))).Reason);
        var late = await Refused.By(shop.Client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id }));
        Assert.Equal((StatusCode.FailedPrecondition, "ORDER_LINK_ENDED"), (late.Code, late.Reason));
    }

    [Fact]
    public async Task A_stream_that_outlasts_what_is_known_of_its_order_is_to_be_asked_for_anew()
    {
        var order = await shop.Client.PlaceAsync();
        using var holder = Holder((await LinkAsync(order.Id)).Token);
        using var watch = new Watch(holder, new WatchOrdersRequest());
        await watch.UntilAsync(Kind.CaughtUp);

        shop.Server.Jump(TokenLimits.LinkAfterOrder);

        Assert.Equal(StatusCode.Unavailable, (await watch.ErrorAsync()).StatusCode);
        await Shop.SeenByAsync(holder, order.Id);
    }

    [Fact]
    public async Task The_links_of_an_order_that_are_revoked_end_and_those_of_others_and_later_ones_do_not()
    {
        var (order, another) = (await shop.Client.PlaceAsync(), await shop.Client.PlaceAsync());
        using var holder = Holder((await LinkAsync(order.Id)).Token);
        using var ofAnother = Holder((await LinkAsync(another.Id)).Token);
        using var watch = new Watch(holder, new WatchOrdersRequest());
        await watch.UntilAsync(Kind.CaughtUp);

        shop.Server.RevokeLinks(order.Id);
        shop.Server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_REVOKED", Refused.Of(await watch.ErrorAsync()).Reason);
        Assert.Equal("TOKEN_REVOKED", (await Refused.By(holder.Query.GetOrderAsync(new GetOrderRequest { OrderId = order.Id }))).Reason);
        using var again = Holder((await LinkAsync(order.Id)).Token);
        Assert.Equal(order.Id, (await Shop.SeenByAsync(again, order.Id)).Id);
        Assert.Equal(another.Id, (await Shop.SeenByAsync(ofAnother, another.Id)).Id);
    }

    [Fact]
    public async Task Who_made_a_link_with_a_token_that_is_revoked_has_no_link_any_more()
    {
        var token = shop.Server.Issue(Role.Client, "acme");
        using var acme = Holder(token);
        var order = await acme.PlaceAsync();
        using var holder = Holder((await acme.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id })).Token);
        using var watch = new Watch(holder, new WatchOrdersRequest());
        await watch.UntilAsync(Kind.CaughtUp);

        shop.Server.Revoke(token);
        shop.Server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_REVOKED", Refused.Of(await watch.ErrorAsync()).Reason);
        Assert.Equal("TOKEN_REVOKED", (await Refused.By(holder.Query.GetOrderAsync(new GetOrderRequest { OrderId = order.Id }))).Reason);
    }

    [Fact]
    public async Task A_link_outlives_a_token_with_an_end_that_it_was_made_with()
    {
        using var acme = Holder(shop.Server.Issue(Role.Client, "acme", TimeSpan.FromHours(1)));
        var order = await acme.PlaceAsync();
        using var holder = Holder((await acme.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id })).Token);
        shop.Server.Jump(TimeSpan.FromHours(2));

        Assert.Equal("TOKEN_EXPIRED", (await Refused.By(acme.Query.GetCallerAsync(new GetCallerRequest()))).Reason);
        Assert.Equal(order.Id, (await Shop.SeenByAsync(holder, order.Id)).Id);
    }

    [Fact]
    public async Task Nobody_makes_a_link_to_an_order_that_is_not_its_own_and_a_supplier_makes_none()
    {
        var order = await shop.Client.PlaceAsync();
        var request = new CreateOrderLinkRequest { OrderId = order.Id };
        Assert.Equal("ORDER_NOT_FOUND", (await Refused.By(shop.OtherClient.Client.CreateOrderLinkAsync(request))).Reason);
        Assert.Equal("WRONG_ROLE", (await Refused.By(shop.Supplier.Client.CreateOrderLinkAsync(request))).Reason);
        Assert.Equal("INVALID_FIELD", (await Refused.By(shop.Client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest()))).Reason);
        using var holder = Holder((await LinkAsync(order.Id)).Token);
        Assert.Equal((StatusCode.PermissionDenied, "NOT_BY_ORDER_LINK"), (await Refused.By(holder.Client.CreateOrderLinkAsync(request))) is var refused ? (refused.Code, refused.Reason) : default);
    }

    [Fact]
    public async Task The_ids_of_a_links_requests_are_its_own()
    {
        var order = await shop.Client.PlaceAsync(requestId: "once");
        using var holder = Holder((await LinkAsync(order.Id)).Token);
        var cancel = new CancelOrderRequest { OrderId = order.Id, RequestId = "once" };
        var first = await holder.Client.CancelOrderAsync(cancel);

        Assert.Equal(first, await holder.Client.CancelOrderAsync(cancel));
        Assert.Equal("REQUEST_ID_REUSED", (await Refused.By(shop.Client.Client.CancelOrderAsync(cancel))).Reason);
    }

    [Fact]
    public async Task All_links_of_a_client_may_as_much_as_one_caller_and_who_spends_that_takes_nothing_from_the_client()
    {
        await using var server = await TestServer.StartAsync(
            options => (options.MaxRequestsPerSecond, options.MaxWatchesPerCaller) = (20, 2));
        using var client = server.Client();
        var (order, next) = (await client.PlaceAsync(), await client.PlaceAsync());
        using var holder = new Party(server.Address, (await client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id })).Token);
        using var second = new Party(server.Address, (await client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = next.Id })).Token);
        using var one = new Watch(holder, new WatchOrdersRequest());
        await one.UntilAsync(Kind.CaughtUp);
        using var two = new Watch(second, new WatchOrdersRequest());
        await two.UntilAsync(Kind.CaughtUp);
        using var three = new Watch(holder, new WatchOrdersRequest());
        Assert.Equal("TOO_MANY_WATCHES", await three.RefusalAsync());
        string? refused = null;
        for (var calls = 0; calls < 10_000 && refused is null; calls++)
        {
            try
            {
                await holder.Query.GetCallerAsync(new GetCallerRequest());
            }
            catch (RpcException e)
            {
                refused = Refused.Of(e).Reason;
            }
        }

        Assert.Equal("RATE_LIMITED", refused);
        using var own = new Watch(client, new WatchOrdersRequest());
        await own.UntilAsync(Kind.CaughtUp);
        await client.Query.GetCallerAsync(new GetCallerRequest());
    }

    [Fact]
    public async Task The_security_log_names_the_link_that_tried_and_never_the_link_itself()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--log-level", "Information", "--public-url", "https://orders.example.com/shop/");
        using var client = server.Client();
        var order = await client.PlaceAsync();
        var made = await client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id });
        Assert.Equal($"https://orders.example.com/shop/#/orders/{order.Id}?token={made.Token}", made.Url);
        using var holder = new Party(server.Address, made.Token);
        await Refused.By(holder.Query.GetOrderAsync(new GetOrderRequest { OrderId = 4711 }));
        await Refused.By(holder.Client.PlaceOrderAsync(Requests.Place()));

        Assert.Equal(0, await server.StopAsync());
        Assert.Contains("A link to order 1 was made for client client.", server.Errors, StringComparison.Ordinal);
        Assert.Contains("GetOrder from 127.0.0.1 by the link to order 1 of client client was refused: ORDER_NOT_FOUND.", server.Errors, StringComparison.Ordinal);
        Assert.Contains("PlaceOrder from 127.0.0.1 by the link to order 1 of client client was refused: NOT_BY_ORDER_LINK.", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Token.Split('.')[2], server.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders.example.com")]
    [InlineData("http://orders.example.com")]
    [InlineData("https://orders.example.com/?a=b")]
    [InlineData("https://orders.example.com/#")]
    [InlineData("https://who@orders.example.com")]
    [InlineData("https://orders.example.com/a b")]
    [InlineData("file:///orders")]
    public async Task A_public_address_that_links_could_not_safely_begin_with_is_refused_at_the_start(string url)
    {
        using var folder = new TestFolder();
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, "--data", folder.Data, "--public-url", url);
        Assert.Equal(ServerExitCodes.CannotStart, exitCode);
        Assert.Contains($"--public-url (or ORDERGRPC_PUBLIC_URL) is '{url}': it must be a URL of https", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("admin")]
    [InlineData("client")]
    public async Task A_link_whose_claims_were_changed_is_no_token(string role)
    {
        var order = await shop.Client.PlaceAsync();
        var parts = (await LinkAsync(order.Id)).Token.Split('.');
        var claims = new JsonWebToken(string.Join('.', parts)).EncodedPayload;
        var changed = Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(claims).Replace("order-link", role, StringComparison.Ordinal);
        using var holder = Holder($"{parts[0]}.{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(changed)}.{parts[2]}");

        Assert.Equal("TOKEN_INVALID", (await Refused.By(holder.Query.GetCallerAsync(new GetCallerRequest()))).Reason);
    }

    private async Task<CreateOrderLinkResponse> LinkAsync(long orderId) => await shop.Client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = orderId });

    private Party Holder(string token) => new(shop.Server.Address, token);
}
