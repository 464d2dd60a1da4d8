using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Storage;

/// <summary>A log that a newer server has written: events, states and fields that this one does not know.</summary>
public sealed class NewerServerTests : IAsyncLifetime
{
    private const int NewState = 99;
    private const string Secret = "the supplier's margin";

    // Field 99 of a message, with a text.
    private static readonly byte[] NewField = [0x9a, 0x06, (byte)Secret.Length, .. System.Text.Encoding.UTF8.GetBytes(Secret)];

    private readonly TestFolder folder = new();

    private string Database => SqliteFile.PathIn(folder.Data);

    public async ValueTask InitializeAsync()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        using (var client = server.Client())
        {
            await client.PlaceAsync();
        }

        await server.StopAsync();
        Write(Database);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Both_parties_get_list_and_watch_it_and_the_client_sees_nothing_of_what_is_not_known()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        using var supplier = server.Supplier();
        foreach (var (party, isClient) in new[] { (client, true), (supplier, false) })
        {
            var order = (await party.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 })).Order;
            Assert.Equal((NewState, WaitingOn.Unspecified), ((int)order.State, order.WaitingOn));
            Assert.Empty(order.AllowedCommands);
            Assert.Null(isClient ? order.Quote : null);
            var listed = (await party.Query.ListOrdersAsync(new ListOrdersRequest { States = { State.Placed } })).Orders;
            var events = (await party.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = 1 })).Events;
            Assert.Equal([1, 2], events.Select(e => e.Position));
            using var watch = new Watch(party, new WatchOrdersRequest { Beginning = true });
            var placed = await watch.NextAsync();
            var unknown = await watch.NextAsync();
            Assert.Equal((2, OrderEvent.EventOneofCase.None, NewState), (unknown.Position, unknown.Event.Event.EventCase, (int)unknown.Event.Order.State));
            Assert.Equal(WatchOrdersResponse.MessageOneofCase.CaughtUp, (await watch.NextAsync()).MessageCase);
            Assert.All(
                new IMessage[] { order, listed.Single(), events[1], unknown, placed },
                (message, i) => Assert.Equal(!isClient && i < 4, message.ToByteString().ToStringUtf8().Contains(Secret, StringComparison.Ordinal)));
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => client.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = 1 }).ResponseAsync);
        }
    }

    [Fact]
    public async Task What_it_made_of_an_order_is_no_fault_of_the_file()
    {
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var known = connection.CreateCommand();
            known.CommandText = "UPDATE orders SET state = 11; SELECT order_after FROM log WHERE position = 2";
            var order = Order.Parser.ParseFrom((byte[])known.ExecuteScalar()!);
            order.State = State.Cancelled; // of a state that is not known, a file has another schema
            using var write = connection.CreateCommand();
            write.CommandText = "UPDATE log SET order_after = $order WHERE position = 2";
            write.Parameters.AddWithValue("$order", order.ToByteArray());
            write.ExecuteNonQuery();
        }

        Assert.Empty(await VerifyTests.FaultsOfAsync(Database));
    }

    [Fact]
    public async Task Fields_that_a_caller_sends_and_this_server_does_not_know_are_not_stored()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        using var supplier = server.Supplier();
        var request = PlaceOrderRequest.Parser.ParseFrom([.. Requests.Place().ToByteArray(), .. NewField]);
        request.Customer = Customer.Parser.ParseFrom([.. request.Customer.ToByteArray(), .. NewField]);
        request.Lines[0] = OrderLine.Parser.ParseFrom([.. request.Lines[0].ToByteArray(), .. NewField]);
        var placed = (await client.Client.PlaceOrderAsync(request)).Order;
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = placed.Id });
        var draft = Requests.Draft(placed.Id);
        draft.Lines[0] = QuoteLine.Parser.ParseFrom([.. draft.Lines[0].ToByteArray(), .. NewField]);
        draft.Lines[0].UnitPrice = Money.Parser.ParseFrom([.. draft.Lines[0].UnitPrice.ToByteArray(), .. NewField]);
        var drafted = (await supplier.Supplier.DraftQuoteAsync(draft)).Order;
        var events = (await supplier.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = placed.Id })).Events;
        Assert.All(
            events.Append<IMessage>(drafted), message => Assert.DoesNotContain(Secret, message.ToByteString().ToStringUtf8(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_was_done_is_answered_again_also_where_the_rules_of_fields_have_changed_since()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        var done = await client.Client.PlaceOrderAsync(OldRequest("once"));
        Assert.Equal((1, 1), (done.Order.Id, done.Position));
        foreach (var id in new[] { "twice", "" })
        {
            var refused = Refused.Of(await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => client.Client.PlaceOrderAsync(OldRequest(id)).ResponseAsync));
            Assert.Equal("INVALID_FIELD", refused.Reason);
        }
    }

    // Not an address by the rules of today.
    private static PlaceOrderRequest OldRequest(string id)
    {
        var request = Requests.Place(requestId: id);
        request.Customer.Email = "-jon@example.com";
        return request;
    }

    // The second event of order 1 by hand: a case of the oneof, a state, and fields in every part, none of them in this contract.
    private static void Write(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT order_after FROM log WHERE position = 1";
        var order = Order.Parser.ParseFrom((byte[])read.ExecuteScalar()!);
        order.Revision = 2;
        order.State = (State)NewState;
        order.Quote = new Quote { Revision = 1, Total = new Money { CurrencyCode = "EUR", Units = 7 } };
        order.Customer = Customer.Parser.ParseFrom([.. order.Customer.ToByteArray(), .. NewField]);
        var happened = new OrderEvent
        {
            Position = 2,
            OrderId = 1,
            Revision = 2,
            Time = order.UpdateTime,
            Actor = new Actor { Role = Role.Supplier, Name = "supplier" },
        };
        using var write = connection.CreateCommand();
        write.CommandText =
            """
            INSERT INTO log (position, order_id, revision, client, supplier, event, order_after)
            VALUES (2, 1, 2, 'client', 'supplier', $event, $order);
            UPDATE orders SET position = 2;
            UPDATE log SET caller = 'client:client', request_id = 'once', request_hash = $hash WHERE position = 1;
            """;
        write.Parameters.AddWithValue("$event", (byte[])[.. happened.ToByteArray(), .. NewField]);
        write.Parameters.AddWithValue("$order", (byte[])[.. order.ToByteArray(), .. NewField]);
        write.Parameters.AddWithValue("$hash", PendingCommand.RequestOf(OldRequest("once"), new Caller(Role.Client, "client"))!.ContentHash);
        write.ExecuteNonQuery();
    }
}
