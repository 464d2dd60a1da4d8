using Npgsql;
using OrderGrpc.Server.Orders;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Reads a party's orders as they were at a position. It goes through those that are in the states
/// now, by id, and takes each as it was then, with those that have left the states since.
/// </summary>
internal sealed class PartySnapshotCursor(PostgresOrderStore store, Caller party, IReadOnlyCollection<State> states, long position, long afterId) : ISnapshotCursor
{
    private readonly HashSet<State> wanted = [.. states];
    private readonly ChangedOrders changed = new(states, position);
    private long after = afterId;

    public async ValueTask<SnapshotSlice> NextAsync(CancellationToken cancellation)
    {
        var look = await store.ReadAsync(LookAsync, cancellation);
        if (changed.States.Count > 0 && !changed.Add(look.Changed, look.Head))
        {
            look = await store.ReadAsync(LookAsync, cancellation); // through all states from now on
        }

        var hasMore = look.Ids.Count == StoreLimits.RowsPerSlice;
        var upTo = hasMore ? look.Ids[^1] : long.MaxValue;
        long[] all = [.. look.Ids.Union(changed.Between(after, upTo)).Order()];
        var next = all[..Math.Min(all.Length, StoreLimits.RowsPerSlice)];
        var at = await store.ReadAsync((connection, token) => OrderReads.OrdersAtAsync(connection, next, position, token), cancellation);
        after = at.Count > 0 ? at[^1].Id : after;
        var cameLater = at.Any(order => order.Order is null); // and so did all that follow
        var isEnd = cameLater || (!hasMore && at.Count == all.Length);
        return SnapshotOrders.SliceOf(at, wanted, isEnd, look.Ids.Count + (look.Changed.Count / 4));
    }

    // Both at one moment: an order that leaves the states is among the one or the other.
    private async Task<Look> LookAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        var sql = new OrderLists.Text();
        batch.Add(OrderLists.Ids(sql, party, changed.States, after, StoreLimits.RowsPerSlice), [.. sql.Values]);
        batch.Add("SELECT position FROM head");
        if (changed.States.Count > 0)
        {
            batch.Add($"SELECT order_id FROM log WHERE {OrderReads.Party(party)} = $1 AND position > $2 ORDER BY position LIMIT {StoreLimits.RowsLookedAtPerSlice}", party.Name, changed.LookedTo);
        }

        batch.Add("COMMIT");
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var ids = await NumbersAsync(row, cancellation);
        await row.NextAsync(cancellation);
        var head = (await NumbersAsync(row, cancellation))[0];
        if (changed.States.Count == 0)
        {
            return new Look(ids, head, []);
        }

        await row.NextAsync(cancellation);
        return new Look(ids, head, await NumbersAsync(row, cancellation));
    }

    private static async Task<List<long>> NumbersAsync(NpgsqlDataReader row, CancellationToken cancellation)
    {
        var numbers = new List<long>();
        while (await row.ReadAsync(cancellation))
        {
            numbers.Add(row.GetInt64(0));
        }

        return numbers;
    }

    private sealed record Look(List<long> Ids, long Head, List<long> Changed);
}

/// <summary>Reads some orders as they were at a position.</summary>
internal sealed class OrdersSnapshotCursor(PostgresOrderStore store, IReadOnlyCollection<long> orderIds, IReadOnlyCollection<State> states, long position, long afterId) : ISnapshotCursor
{
    private readonly HashSet<State> wanted = [.. states];
    private readonly Queue<long> left = new(orderIds.Where(id => id > afterId).Distinct().Order());

    public async ValueTask<SnapshotSlice> NextAsync(CancellationToken cancellation)
    {
        long[] next = [.. left.Take(StoreLimits.RowsPerSlice)];
        var at = await store.ReadAsync((connection, token) => OrderReads.OrdersAtAsync(connection, next, position, token), cancellation);
        at.ForEach(_ => left.Dequeue());
        return SnapshotOrders.SliceOf(at, wanted, left.Count == 0, next.Length);
    }
}

/// <summary>Orders as they were, those of them that were in a state that is wanted.</summary>
internal static class SnapshotOrders
{
    public static SnapshotSlice SliceOf(List<(long Id, byte[]? Order)> at, HashSet<State> wanted, bool isEnd, int looked) => new(
        [.. at.Where(one => one.Order is not null && (wanted.Count == 0 || wanted.Contains(OrderBytes.StateOf(one.Order)))).Select(one => (one.Id, one.Order!))],
        isEnd,
        new ReadWork(looked, at.Sum(one => (long)(one.Order?.Length ?? 0))));
}
