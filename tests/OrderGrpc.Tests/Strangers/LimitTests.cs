using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using OrderGrpc.Contract;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Strangers;

/// <summary>The limits of a running server, each at its edge and past it. Those of fields are tested with their RPCs.</summary>
public sealed class LimitTests
{
    private const string PlaceOrder = "/ordergrpc.v1.ClientService/PlaceOrder";

    [Fact]
    public async Task A_caller_past_its_rate_is_told_to_wait_others_are_served_and_after_the_wait_it_is_too()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = 5);
        using var client = server.Client();
        using var other = server.Supplier();
        for (var i = 0; i < 5; i++)
        {
            await client.Query.ListOrdersAsync(new ListOrdersRequest());
        }

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.Query.ListOrdersAsync(new ListOrdersRequest()));
        Assert.Equal((StatusCode.ResourceExhausted, "RATE_LIMITED"), (error.StatusCode, Refused.Of(error).Reason));
        var wait = error.GetRpcStatus()!.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan();
        Assert.Equal(TimeSpan.FromMilliseconds(200), wait);
        await other.Query.ListOrdersAsync(new ListOrdersRequest());
        server.Time.Advance(wait);
        await client.Query.ListOrdersAsync(new ListOrdersRequest());
    }

    [Fact]
    public async Task A_page_counts_as_a_request_for_each_50_orders_that_were_looked_at_for_it()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = ServerLimits.Default.Calls.RowsPerRequest + 1);
        using var client = server.Client();
        using var supplier = server.Supplier();
        for (var i = 0; i <= ServerLimits.Default.Calls.RowsPerRequest; i++)
        {
            await client.PlaceAsync();
        }

        await supplier.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = ServerLimits.Default.Calls.RowsPerRequest + 1 });
        for (var i = 3; i <= ServerLimits.Default.Calls.RowsPerRequest; i++)
        {
            await supplier.Query.GetOrderAsync(new GetOrderRequest { OrderId = i });
        }

        Assert.Equal("RATE_LIMITED", (await Refused.By(supplier.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 }))).Reason);
    }

    [Fact]
    public async Task Every_kind_of_call_counts_and_a_watch_that_runs_does_not()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = 3);
        using var client = server.Client();
        using var supplier = server.Supplier();
        using var watch = new Watch(supplier, new WatchOrdersRequest());
        await watch.UntilAsync(Kind.CaughtUp);
        for (var i = 0; i < 3; i++)
        {
            await client.PlaceAsync();
        }

        await watch.EventsAsync(3);
        Assert.Equal("RATE_LIMITED", Refused.Of(await new Watch(client, new WatchOrdersRequest()).ErrorAsync()).Reason);
        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(supplier.Invoker).ServerReflectionInfo(deadline: Deadlines.Soon);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new() { ListServices = "" });
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            }
        });
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Strangers_at_the_open_door_of_health_are_counted_by_address_and_callers_are_not_touched()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = 4);
        using var nobody = new Party(server.Address, null);
        var health = new Health.HealthClient(nobody.Invoker);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        }

        Assert.Equal("RATE_LIMITED", (await Refused.By(health.CheckAsync(new HealthCheckRequest()))).Reason);
        using var client = server.Client();
        await client.Query.ListOrdersAsync(new ListOrdersRequest());
    }

    [Fact]
    public async Task A_health_watch_too_many_takes_the_place_of_the_oldest_and_the_address_may_check_on()
    {
        await using var server = await TestServer.StartAsync();
        using var nobody = new Party(server.Address, null);
        var health = new Health.HealthClient(nobody.Invoker);
        var open = new List<AsyncServerStreamingCall<HealthCheckResponse>>();
        for (var i = 0; i <= ServerLimits.Default.Calls.AnonymousWatchesPerAddress; i++)
        {
            using var own = i < ServerLimits.Default.Calls.AnonymousWatchesPerAddress ? null : new Party(server.Address, null);
            open.Add((own is null ? health : new Health.HealthClient(own.Invoker)).Watch(new HealthCheckRequest()));
            Assert.True(await open[^1].ResponseStream.MoveNext(CancellationToken.None));
            if (own is not null)
            {
                var ended = await Assert.ThrowsAsync<RpcException>(() => open[0].ResponseStream.MoveNext(CancellationToken.None));
                Assert.Equal("RATE_LIMITED", Refused.Of(ended).Reason);
                Assert.False(open[1].ResponseStream.MoveNext(CancellationToken.None).IsCompleted);
                Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
            }
        }

        open.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task A_caller_has_so_many_calls_running_and_no_more()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxCallsPerCaller = 2);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "acme");
        foreach (var stream in new[] { 1, 3, 5 })
        {
            await http.OpenAsync(stream, PlaceOrder, token); // calls whose requests never come
        }

        Assert.Contains("grpc-status: 8", (await http.ReadHeadersAsync()).Headers, StringComparison.Ordinal); // of the one too many: the two others run
        using var acme = new Party(server.Address, token);
        Assert.Equal("RATE_LIMITED", (await Refused.By(acme.Query.ListOrdersAsync(new ListOrdersRequest()))).Reason);
        using var watch = new Watch(acme, new WatchOrdersRequest());
        Assert.Equal(Kind.CaughtUp, (await watch.NextAsync()).MessageCase);
        using var other = server.Client();
        await other.Query.ListOrdersAsync(new ListOrdersRequest());
    }

    [Fact]
    public async Task A_caller_has_so_many_watches_and_the_next_is_refused_until_one_ends()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxWatchesPerCaller = 3);
        using var client = server.Client();
        using var supplier = server.Supplier();
        var watches = Enumerable.Range(0, 3).Select(_ => new Watch(client, new WatchOrdersRequest())).ToArray();
        foreach (var watch in watches)
        {
            Assert.Equal(Kind.CaughtUp, (await watch.NextAsync()).MessageCase);
        }

        var refused = Refused.Of(await new Watch(client, new WatchOrdersRequest()).ErrorAsync());
        Assert.Equal((StatusCode.ResourceExhausted, "TOO_MANY_WATCHES", "3"), (refused.Code, refused.Reason, refused.Metadata["limit"]));
        using var others = new Watch(supplier, new WatchOrdersRequest());
        Assert.Equal(Kind.CaughtUp, (await others.NextAsync()).MessageCase);
        watches[0].Dispose();
        WatchOrdersResponse? first = null;
        while (first is null)
        {
            // The server hears of the end a moment after the client.
            using var next = new Watch(client, new WatchOrdersRequest());
            try
            {
                first = await next.NextAsync();
            }
            catch (RpcException e) when (Refused.Of(e).Reason == "TOO_MANY_WATCHES")
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task A_watch_names_up_to_1000_orders()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        var id = (await client.PlaceAsync()).Id;
        using var most = new Watch(client, new WatchOrdersRequest { OrderIds = { Enumerable.Repeat(id, ContractLimits.OrderIdsPerWatch) }, Snapshot = true });
        Assert.Equal(id, (await most.NextAsync()).SnapshotOrder.Id);
        Assert.Equal(Kind.CaughtUp, (await most.NextAsync()).MessageCase);
        var refused = Refused.Of(await new Watch(client, new WatchOrdersRequest { OrderIds = { Enumerable.Repeat(id, ContractLimits.OrderIdsPerWatch + 1) } }).ErrorAsync());
        Assert.Equal(["order_ids"], refused.Fields);
    }

    [Fact]
    public async Task The_largest_order_that_fields_allow_fits_a_message_and_what_is_larger_than_a_message_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        var largest = Largest();
        Assert.InRange(largest.CalculateSize(), ServerLimits.Default.Connections.MessageBytes / 2, ServerLimits.Default.Connections.MessageBytes);
        var placed = (await client.Client.PlaceOrderAsync(largest)).Order;
        Assert.Equal(largest.Lines, placed.Lines);

        using var raw = new RawCall(server.Address);
        var token = server.Issue(Role.Client, "client");
        var full = Padded(ServerLimits.Default.Connections.MessageBytes);
        Assert.Equal("OK", (await raw.SendAsync(PlaceOrder, RawCall.Frame(full), token)).Told);
        Assert.Equal("ResourceExhausted MESSAGE_TOO_LARGE", (await raw.SendAsync(PlaceOrder, RawCall.Frame(Padded(ServerLimits.Default.Connections.MessageBytes + 1)), token)).Told);
        Assert.Equal("ResourceExhausted MESSAGE_TOO_LARGE", (await raw.SendAsync(PlaceOrder, RawCall.Frame(Padded(8 * ServerLimits.Default.Connections.MessageBytes)), token)).Told);
    }

    [Fact]
    public async Task A_page_of_large_orders_ends_early_and_the_pages_together_have_all_of_them()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        for (var i = 0; i < 12; i++)
        {
            await client.Client.PlaceOrderAsync(Largest());
        }

        var ids = new List<long>();
        var request = new ListOrdersRequest { PageSize = 500, OldestFirst = true };
        do
        {
            var page = await client.Query.ListOrdersAsync(request);
            Assert.InRange(page.CalculateSize(), 1, ServerLimits.Default.Calls.PageBytes + 1000);
            Assert.NotEmpty(page.Orders);
            ids.AddRange(page.Orders.Select(order => order.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(Enumerable.Range(1, 12).Select(id => (long)id), ids);
    }

    [Fact]
    public async Task Watchers_of_large_orders_are_told_all_of_them_in_snapshot_past_and_present()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        for (var i = 0; i < 5; i++)
        {
            await client.Client.PlaceOrderAsync(Largest());
        }

        using var past = new Watch(client, new WatchOrdersRequest { Beginning = true });
        using var snapshot = new Watch(client, new WatchOrdersRequest { Snapshot = true, States = { State.Placed } });
        Assert.Equal([1, 2, 3, 4, 5], (await past.EventsAsync(5)).Select(e => e.Position));
        Assert.Equal([1, 2, 3, 4, 5, 0], (await snapshot.UntilAsync(Kind.CaughtUp)).Select(m => m.SnapshotOrder?.Id ?? 0));
        await client.Client.PlaceOrderAsync(Largest());
        Assert.Equal(6, (await past.EventsAsync(1))[0].Position);
        Assert.Equal(6, (await snapshot.EventsAsync(1))[0].Position);
    }

    [Fact]
    public async Task A_call_whose_request_never_comes_ends_at_the_default_deadline_and_at_its_own()
    {
        await using var server = await TestServer.StartAsync(options => options.DefaultDeadlineSeconds = 1);
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "acme");
        await http.OpenAsync(1, PlaceOrder, token);
        await http.OpenAsync(3, PlaceOrder, token, ("grpc-timeout", "50m"));
        var answers = new[] { await http.ReadHeadersAsync(), await http.ReadHeadersAsync() };
        Assert.Equal([3, 1], answers.Select(answer => answer.Stream));
        Assert.All(answers, answer => Assert.Contains("grpc-status: 4", answer.Headers, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.Contains("grpc-status-details-bin", answer.Headers, StringComparison.Ordinal));
    }

    internal static PlaceOrderRequest Largest()
    {
        const string FourBytes = "🪵"; // a character of four bytes and two UTF-16 units
        string Text(int length) => string.Concat(Enumerable.Repeat(FourBytes, length));
        var request = new PlaceOrderRequest
        {
            Customer = new Customer { Name = Text(ContractLimits.CustomerNameLength), Email = new string('a', 240) + "@example.com" },
            ClientReference = Text(ContractLimits.ReferenceLength),
            Note = Text(ContractLimits.NoteLength),
            Supplier = "supplier",
        };
        request.Lines.AddRange(Enumerable.Range(0, ContractLimits.LinesPerOrder).Select(_ => new OrderLine { Description = Text(ContractLimits.DescriptionLength), Quantity = "999999.999999" }));
        return request;
    }

    // A good order with a field of a later contract, as long as it takes.
    private static byte[] Padded(int length)
    {
        var order = Requests.Place().ToByteArray();
        var padding = new byte[length - order.Length];
        var output = new CodedOutputStream(padding);
        output.WriteTag(1000, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length - order.Length - 5); // two bytes of tag, three of length
        Assert.Equal(5, output.Position);
        output.Flush();
        return [.. order, .. padding];
    }
}
