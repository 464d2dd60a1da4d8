using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage.Postgres;

/// <summary>Several servers that write one log at once.</summary>
public sealed class TwoWritersTests
{
    private const int Writers = 3;
    private const int Batches = 40;

    [Fact]
    public async Task Positions_are_without_gaps_and_each_row_comes_to_each_waiter_once_and_in_order()
    {
        await using var database = await TestDatabase.MakeAsync();
        var stores = new List<PostgresOrderStore>();
        for (var i = 0; i < Writers; i++)
        {
            stores.Add(await database.OpenStoreAsync());
        }

        try
        {
            var random = new Random(1);
            var sizes = Enumerable.Range(0, Writers).Select(_ => Enumerable.Range(0, Batches).Select(_ => random.Next(1, 60)).ToArray()).ToArray();
            var total = sizes.Sum(of => of.Sum());
            var waiters = stores.Select(store => FollowAsync(store, total)).ToList();
            await Task.WhenAll(stores.Select((store, i) => Task.Run(async () =>
            {
                foreach (var size in sizes[i])
                {
                    await store.RunAsync([.. Enumerable.Repeat((IOrderCommand)StoredOrders.Order(), size)]);
                }
            })));
            foreach (var waiter in waiters)
            {
                Assert.Equal(Enumerable.Range(1, total).Select(position => (long)position), await waiter.WaitAsync(Deadlines.Patience));
            }

            Assert.Equal(total, await stores[0].ReadHeadAsync(default));
            Assert.Equal((long)total, await database.ScalarAsync<long>("SELECT count(*) FROM log"));
            Assert.Equal((long)total, await database.ScalarAsync<long>("SELECT max(id) FROM orders"));
        }
        finally
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_batch_sees_what_another_server_committed_before_it()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var one = await database.OpenStoreAsync();
        await using var other = await database.OpenStoreAsync();
        await one.RunAsync(StoredOrders.Order());
        await other.RunAsync(new ApproveOrderRequest { OrderId = 1 });
        await one.RunAsync(Requests.Draft(1));
        var order = await other.ReadOrderAsync(1, Given.Client, default);
        Assert.Equal((3, Order.Types.State.QuoteDrafted), (order!.Revision, order.State));
        Assert.Equal([1L, 2L, 3L], (await other.OpenLog(LogFilter.All, 0).NextAsync(default)).Rows.Select(row => row.Position));
    }

    [Fact]
    public async Task What_another_server_wrote_is_read_only_where_somebody_wants_it()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var one = await database.OpenStoreAsync();
        await using var other = await database.OpenStoreAsync();
        var waiting = other.Committed.NextAsync(other, 0, () => false, default).AsTask();
        await one.RunAsync(StoredOrders.Order());
        var page = await waiting.WaitAsync(Deadlines.Patience);
        Assert.Equal((0, 1), (page.Rows.Count, page.ReadTo));
        Assert.Equal(1, Assert.Single((await other.Committed.NextAsync(other, 0, () => true, default)).Rows).Position);
    }

    [Fact]
    public async Task Commands_that_come_while_a_batch_waits_for_its_turn_go_with_it()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var one = await database.OpenStoreAsync();
        await using var other = await database.OpenStoreAsync();
        await one.RunAsync(StoredOrders.Order());
        await using var queue = new CommandQueue(one, TimeProvider.System, 100, new QueueLimits(), e => throw e);
        await queue.RunAsync(Pending(StoredOrders.Order()));
        var done = await queue.RunAsync(Repeated());
        Task<CommandAnswer>[] answers;
        Task<CommandAnswer> again;
        await using (await other.BeginAsync([]))
        {
            var first = queue.RunAsync(Pending(StoredOrders.Order()));
            while (await database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            {
                await Task.Yield();
            }

            answers = [first, .. Enumerable.Range(0, 20).Select(_ => queue.RunAsync(Pending(StoredOrders.Order()))), queue.RunAsync(Pending(new ApproveOrderRequest { OrderId = 1 }))];
            again = queue.RunAsync(Repeated());
        }

        Assert.All(await Task.WhenAll(answers).WaitAsync(Deadlines.Patience), answer => Assert.Null(answer.Refusal));
        Assert.Equal(done, await again.WaitAsync(Deadlines.Patience)); // its first answer
        Assert.Equal(Enumerable.Range(4, answers.Length).Select(position => (long)position), answers.Select(answer => answer.Result.Position));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM log WHERE position > 3"));

        static PendingCommand Repeated() => Pending(new CancelOrderRequest { OrderId = 2, Reason = "again" }) with { Request = new RequestKey(Given.Client, "again", [1]) };
    }

    private static PendingCommand Pending(IOrderCommand command) =>
        new(command, command.Role == Role.Client ? Given.Client : Given.Supplier, null, CancellationToken.None);

    // Rows as they come, by a waiter that keeps up and now and then does not.
    private static async Task<List<long>> FollowAsync(PostgresOrderStore store, int total)
    {
        var (seen, position) = (new List<long>(), 0L);
        while (position < total)
        {
            var page = await store.Committed.NextAsync(store, position, () => true, default);
            seen.AddRange(page.Rows.Select(row => row.Position));
            position = page.ReadTo;
        }

        return seen;
    }
}
