using Grpc.Core;
using Microsoft.Data.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>An order is replaced once.</summary>
public sealed class ReplacementTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task An_order_that_was_replaced_is_not_replaced_again_and_the_one_in_its_place_is()
    {
        var rejected = await shop.OrderInAsync(State.Rejected);
        var anew = (await shop.Client.SendAsync(Replacing(rejected.Id))).Order;
        var refused = await shop.RefusedAsync(
            Replacing(rejected.Id), StatusCode.FailedPrecondition, "NOT_REPLACEABLE",
            $"order {rejected.Id} was replaced by order {anew.Id} already; replace that one",
            $"la commande {rejected.Id} a déjà été remplacée par la commande {anew.Id} ; remplacez celle-ci");
        Assert.Equal(anew.Id.Text(), refused.Metadata["replaced_by"]);
        await shop.Client.SendAsync(new CancelOrderRequest { OrderId = anew.Id });
        Assert.Equal(anew.Id, (await shop.Client.SendAsync(Replacing(anew.Id))).Order.ReplacesOrderId);
    }

    [Fact]
    public async Task Of_many_that_replace_one_order_at_once_one_is_placed()
    {
        var rejected = await shop.OrderInAsync(State.Rejected);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await shop.Client.SendAsync(Replacing(rejected.Id));
                return "";
            }
            catch (RpcException e)
            {
                return Refused.Of(e).Reason;
            }
        }));
        Assert.Single(outcomes, "");
        Assert.Equal(19, outcomes.Count(outcome => outcome == "NOT_REPLACEABLE"));
    }

    [Fact]
    public async Task A_file_of_before_knows_from_its_log_which_orders_were_replaced()
    {
        using var folder = new TestFolder();
        long replaced;
        await using (var first = await ServerProcess.StartAsync(folder))
        {
            using var client = first.Client();
            replaced = (await client.PlaceAsync()).Id;
            await client.SendAsync(new CancelOrderRequest { OrderId = replaced });
            await client.SendAsync(Replacing(replaced));
            await first.StopAsync();
        }

        await using (var file = new SqliteConnection($"Data Source={Path.Combine(folder.Data, "orders.db")};Pooling=False"))
        {
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "DROP TABLE replacements; PRAGMA user_version = 2";
            command.ExecuteNonQuery();
        }

        await using var second = await ServerProcess.StartAsync(folder);
        using var again = second.Client();
        var refused = await Refused.By(again.Client.PlaceOrderAsync(Replacing(replaced)));
        Assert.Equal(("NOT_REPLACEABLE", "2"), (refused.Reason, refused.Metadata["replaced_by"]));
    }

    private static PlaceOrderRequest Replacing(long id) => Requests.Place().With(("replaces_order_id", id));
}
