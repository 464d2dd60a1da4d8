namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>Reads the whole log, or a party's, which the index of the party has in the order of the log.</summary>
public sealed class PartyLogCursor(SqliteOrderStore store, LogFilter filter, long afterPosition) : ILogCursor
{
    private long position = afterPosition;

    public async ValueTask<LogPage> NextAsync(CancellationToken cancellation)
    {
        var page = await store.ReadAsync(reader => reader.InTransaction(r => r.Log(filter, position)), cancellation);
        position = page.ReadTo;
        return page;
    }
}

/// <summary>
/// Reads the log of some orders: merged, by position, from one run of revisions for each order. What
/// lies up to the head as it first was never changes, so the place in each run is kept from slice to
/// slice, and each slice costs what it reads.
/// </summary>
public sealed class OrdersLogCursor(SqliteOrderStore store, IReadOnlyCollection<long> orderIds, long afterPosition) : ILogCursor
{
    private readonly long[] ids = [.. orderIds.Distinct()];
    private readonly PriorityQueue<(long OrderId, long Revision), long> next = new();
    private long after = afterPosition;
    private long? end; // the head when the runs were opened
    private int opened; // runs, so far

    public ValueTask<LogPage> NextAsync(CancellationToken cancellation) => store.ReadAsync(reader => reader.InTransaction(Read), cancellation);

    private LogPage Read(SqliteReader reader)
    {
        end ??= Math.Max(reader.Head(), after);
        var (rows, looked, bytes) = (new List<LogRow>(), 0, 0L);
        for (; opened < ids.Length && looked < StoreLimits.RowsLookedAtPerSlice; opened++)
        {
            Queue(ids[opened], reader.Revisions.FirstAfter(ids[opened], after, ref looked));
        }

        while (opened == ids.Length && rows.Count < StoreLimits.RowsPerSlice && looked < StoreLimits.RowsLookedAtPerSlice && bytes < StoreLimits.BytesPerRead
            && next.TryDequeue(out var run, out var position))
        {
            rows.Add(reader.Revisions.RowAt(position));
            bytes += rows[^1].Bytes;
            looked += 2;
            Queue(run.OrderId, reader.Revisions.Position(run.OrderId, run.Revision + 1) is { } following ? (run.Revision + 1, following) : null);
        }

        after = rows.Count > 0 ? rows[^1].Position : after;
        if (opened == ids.Length && next.Count == 0)
        {
            (after, end, opened) = (end.Value, null, 0); // from there on the runs are opened anew
        }

        return new LogPage(rows, after, new ReadWork(looked, bytes));
    }

    private void Queue(long orderId, (long Revision, long Position)? at)
    {
        if (at is { } found && found.Position <= end)
        {
            next.Enqueue((orderId, found.Revision), found.Position);
        }
    }
}
