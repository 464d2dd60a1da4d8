using Google.Protobuf;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Storage;

/// <summary>What a store promises to those who write it in batches and read it in slices, whichever engine it is.</summary>
public abstract class OrderStoreTests : IAsyncLifetime
{
    private const int Count = 700; // more than two slices

    private static readonly LogFilter OfSupplier = new(Given.Supplier, null);
    private readonly Random random = new(1);
    private IStoreEngine store = null!;

    public async ValueTask InitializeAsync() => store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync(); // none where the engine is missing and the test was skipped
        }

        GC.SuppressFinalize(this);
    }

    protected IStoreEngine Store => store;

    /// <summary>The store, empty.</summary>
    protected abstract Task<IStoreEngine> OpenAsync();

    [Fact]
    public async Task The_log_of_some_orders_is_merged_by_position_and_complete_whatever_the_slices()
    {
        await PlaceAsync(40);
        await ApproveAsync(Enumerable.Range(1, 40));
        await store.RunAsync([.. Enumerable.Range(0, 2000).Select(_ => (IOrderCommand)Requests.Draft(random.Next(1, 41)))]);
        var log = await ReadAsync(store.OpenLog(LogFilter.All, 0));
        Assert.Equal(2080, log.Count);
        for (var run = 0; run < 20; run++)
        {
            var ids = Enumerable.Range(0, random.Next(1, 20)).Select(_ => (long)random.Next(1, 41)).Append(1000).ToHashSet();
            var after = random.Next(3) == 0 ? 0 : random.Next(2080);
            var read = await ReadAsync(store.OpenLog(new LogFilter(null, ids), after));
            Assert.Equal(log.Where(row => row.Position > after && ids.Contains(row.OrderId)).Select(row => row.Position), read.Select(row => row.Position));
        }
    }

    [Fact]
    public async Task A_log_that_was_read_to_its_end_goes_on_with_what_came_since()
    {
        await PlaceAsync(2);
        var cursor = store.OpenLog(new LogFilter(null, [1, 2]), 0);
        await ReadAsync(cursor);
        await ApproveAsync([2]);
        Assert.Equal([3L], (await cursor.NextAsync(default)).Rows.Select(row => row.Position));
    }

    [Theory]
    [InlineData(State.Placed)]
    [InlineData(State.Placed, State.Approved)]
    [InlineData]
    public async Task A_snapshot_is_of_one_position_whatever_happens_while_it_is_read(params State[] states)
    {
        await PlaceAsync(Count);
        await ApproveAsync(Some(Count / 3));
        var position = await store.ReadHeadAsync(default);
        var expected = await AtAsync(position, states);
        var cursor = store.OpenSnapshot(OfSupplier, states, position, 0);
        var read = new List<(long Id, byte[] Order)>();
        for (var isEnd = false; !isEnd;)
        {
            var slice = await cursor.NextAsync(default);
            read.AddRange(slice.Orders);
            isEnd = slice.IsEnd;

            // Before and after where it is: orders leave the states, come into them, change in them, and are placed.
            await ApproveAsync(await NowAsync(State.Placed));
            await store.RunAsync([.. (await NowAsync(State.Approved)).Select(id => (IOrderCommand)Requests.Draft(id))]);
            await PlaceAsync(20);
        }

        Assert.Equal(expected.Select(order => order.Id), read.Select(order => order.Id));
        Assert.Equal(expected.Select(order => order.ToByteString()), read.Select(order => ByteString.CopyFrom(order.Order)));
    }

    [Fact]
    public async Task A_snapshot_is_exact_also_where_too_much_has_happened_since_to_look_for_it_in_the_log()
    {
        await PlaceAsync(Count);
        var position = await store.ReadHeadAsync(default);
        var expected = await AtAsync(position, [State.Placed]);
        await ApproveAsync(Enumerable.Range(1, Count - 5));
        await store.RunAsync([.. Enumerable.Range(0, StoreLimits.RowsLookedAtPerSlice + 1).Select(i => (IOrderCommand)Requests.Draft(1 + (i % 50)))]);
        Assert.Equal(expected.Select(order => order.Id), await IdsAsync(store.OpenSnapshot(OfSupplier, [State.Placed], position, 0)));
        Assert.Equal(
            expected.Select(order => order.Id).Where(id => id > 600),
            await IdsAsync(store.OpenSnapshot(new LogFilter(null, [.. Enumerable.Range(1, Count).Select(id => (long)id)]), [State.Placed], position, 600)));
    }

    [Fact]
    public async Task The_first_order_that_is_not_the_callers_is_told_in_the_order_asked()
    {
        await PlaceAsync(3);
        Assert.Null(await store.FindMissingAsync([3, 1, 2], Given.Client, default));
        Assert.Equal(9, await store.FindMissingAsync([3, 9, 8, 1], Given.Client, default));
        Assert.Equal(3, await store.FindMissingAsync([3, 9], new Caller(Role.Client, "other"), default));
    }

    [Fact]
    public async Task A_list_that_matches_nothing_stops_at_its_bound_and_goes_on_from_there()
    {
        await PlaceAsync(StoreLimits.RowsLookedAtPerSlice + 10);
        var query = new OrderQuery(Given.Supplier, [], 50) { Client = "nobody", OldestFirst = true };
        var first = await store.ListOrdersAsync(query, default);
        Assert.Equal((0, false, StoreLimits.RowsLookedAtPerSlice), (first.Orders.Count, first.IsEnd, first.Work.Rows));
        var second = await store.ListOrdersAsync(query with { AfterId = first.LastId }, default);
        Assert.Equal((0, true, 10), (second.Orders.Count, second.IsEnd, second.Work.Rows));
    }

    [Fact]
    public async Task Whoever_waits_for_rows_gets_each_once_also_those_that_were_too_many_to_hand_over()
    {
        var position = 0L;
        for (var round = 1; round <= 20; round++)
        {
            await PlaceAsync(round * 60);
            if (round % 3 == 0)
            {
                for (var head = await store.ReadHeadAsync(default); position < head;)
                {
                    var page = await store.WaitForRowsAsync(position, () => true, default);
                    Assert.Equal(Enumerable.Range(1, page.Rows.Count).Select(i => position + i), page.Rows.Select(row => row.Position));
                    position = page.ReadTo;
                }
            }
        }
    }

    protected Task PlaceAsync(int count) => store.RunAsync([.. Enumerable.Repeat((IOrderCommand)StoredOrders.Order(), count)]);

    private Task ApproveAsync(IEnumerable<int> ids) => ApproveAsync(ids.Select(id => (long)id));

    private Task ApproveAsync(IEnumerable<long> ids) => store.RunAsync([.. ids.Select(id => (IOrderCommand)new ApproveOrderRequest { OrderId = id })]);

    private IEnumerable<int> Some(int count) => Enumerable.Range(1, Count).OrderBy(_ => random.Next()).Take(count);

    // Thirty orders that are in a state now.
    private async Task<IEnumerable<long>> NowAsync(State state) =>
        (await AtAsync(await store.ReadHeadAsync(default), [state])).Select(order => order.Id).OrderBy(_ => random.Next()).Take(30);

    // The orders as the log has them at a position.
    private async Task<List<Order>> AtAsync(long position, State[] states) =>
        [.. (await ReadAsync(store.OpenLog(OfSupplier, 0))).Where(row => row.Position <= position)
            .GroupBy(row => row.OrderId).Select(rows => Order.Parser.ParseFrom(rows.Last().Order))
            .Where(order => states.Length == 0 || states.Contains(order.State)).OrderBy(order => order.Id)];

    private async Task<List<LogRow>> ReadAsync(ILogCursor cursor)
    {
        var (rows, head) = (new List<LogRow>(), await store.ReadHeadAsync(default));
        for (var at = -1L; at < head;)
        {
            var page = await cursor.NextAsync(default);
            rows.AddRange(page.Rows);
            at = page.ReadTo;
        }

        return rows;
    }

    private static async Task<List<long>> IdsAsync(ISnapshotCursor cursor)
    {
        var ids = new List<long>();
        while (true)
        {
            var slice = await cursor.NextAsync(default);
            ids.AddRange(slice.Orders.Select(order => order.Id));
            if (slice.IsEnd)
            {
                return ids;
            }
        }
    }
}
