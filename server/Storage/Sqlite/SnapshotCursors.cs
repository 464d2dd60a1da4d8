using OrderGrpc.Server.Orders;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// Reads a party's orders as they were at a position. It goes through those that are in the states
/// now, by id, and takes each as it was then, with those that have left the states since.
/// </summary>
public sealed class PartySnapshotCursor(SqliteOrderStore store, Caller party, IReadOnlyCollection<State> states, long position, long afterId) : ISnapshotCursor
{
    private readonly HashSet<State> wanted = [.. states];
    private readonly ChangedOrders changed = new(states, position);
    private long after = afterId;

    public ValueTask<SnapshotSlice> NextAsync(CancellationToken cancellation) => store.ReadAsync(reader => reader.InTransaction(Read), cancellation);

    private SnapshotSlice Read(SqliteReader reader)
    {
        var slice = new SnapshotParts(reader, wanted, position);
        LookForChanged(reader, slice);
        var query = new OrderQuery(party, changed.States, int.MaxValue) { OldestFirst = true, AfterId = after };
        var left = new Queue<long>(changed.Between(after, long.MaxValue));
        foreach (var row in reader.Runs.Read(query))
        {
            while (left.TryPeek(out var id) && id <= row.Id)
            {
                left.Dequeue();
                if (id < row.Id && !Take(slice, id, null))
                {
                    return slice.Ended(isEnd: false);
                }
            }

            if (!Take(slice, row.Id, row.Position))
            {
                return slice.Ended(isEnd: false);
            }

            if (slice.CameLater)
            {
                return slice.Ended(isEnd: true); // so did all that follow
            }
        }

        while (left.TryDequeue(out var id))
        {
            if (!Take(slice, id, null))
            {
                return slice.Ended(isEnd: false);
            }
        }

        return slice.Ended(isEnd: true);
    }

    private bool Take(SnapshotParts slice, long id, long? at)
    {
        if (slice.IsFull)
        {
            return false;
        }

        slice.Take(id, at);
        after = id;
        return true;
    }

    private void LookForChanged(SqliteReader reader, SnapshotParts slice)
    {
        if (changed.States.Count == 0)
        {
            return;
        }

        var found = reader.Revisions.Changed(party, changed.LookedTo, StoreLimits.RowsLookedAtPerSlice);
        slice.Looked(found.Count);
        changed.Add(found, reader.Head());
    }
}

/// <summary>Reads some orders as they were at a position.</summary>
public sealed class OrdersSnapshotCursor(SqliteOrderStore store, IReadOnlyCollection<long> orderIds, IReadOnlyCollection<State> states, long position, long afterId) : ISnapshotCursor
{
    private readonly HashSet<State> wanted = [.. states];
    private readonly Queue<long> left = new(orderIds.Where(id => id > afterId).Distinct().Order());

    public ValueTask<SnapshotSlice> NextAsync(CancellationToken cancellation) => store.ReadAsync(reader => reader.InTransaction(Read), cancellation);

    private SnapshotSlice Read(SqliteReader reader)
    {
        var slice = new SnapshotParts(reader, wanted, position);
        while (!slice.IsFull && left.TryDequeue(out var id))
        {
            slice.Take(id, null);
        }

        return slice.Ended(left.Count == 0);
    }
}

/// <summary>One slice of a snapshot, in the making.</summary>
internal sealed class SnapshotParts(SqliteReader reader, HashSet<State> wanted, long position)
{
    private readonly List<(long Id, byte[] Order)> orders = [];
    private int looked;
    private long bytes;

    public bool IsFull => orders.Count >= StoreLimits.RowsPerSlice || looked >= StoreLimits.RowsLookedAtPerSlice || bytes >= StoreLimits.BytesPerRead;

    /// <summary>Whether the last one taken was not there yet.</summary>
    public bool CameLater { get; private set; }

    public void Looked(int rows) => looked += rows / 4; // of an index and the head of a row, not the row

    /// <summary>Takes an order as it was at the position, if it was in a state that is wanted.</summary>
    public void Take(long id, long? at)
    {
        looked++;
        var then = at <= position ? at : reader.Revisions.LastUpTo(id, position, ref looked);
        CameLater = then is null;
        if (then is { } row && reader.OrderAt(row) is var order && (wanted.Count == 0 || wanted.Contains(OrderBytes.StateOf(order))))
        {
            orders.Add((id, order));
            bytes += order.Length;
        }
    }

    public SnapshotSlice Ended(bool isEnd) => new(orders, isEnd, new ReadWork(looked, bytes));
}
