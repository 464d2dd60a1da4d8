namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>Reads the whole log, or a party's, which the index of the party has in the order of the log.</summary>
internal sealed class PartyLogCursor(PostgresOrderStore store, LogFilter filter, long afterPosition) : ILogCursor
{
    private long position = afterPosition;

    public async ValueTask<LogPage> NextAsync(CancellationToken cancellation)
    {
        var after = position;
        var page = await store.ReadAsync((connection, token) => OrderReads.LogAsync(connection, filter, after, token), cancellation);
        position = page.ReadTo;
        return page;
    }
}

/// <summary>
/// Reads the log of some orders: merged, by position, from one run of positions for each order. What
/// lies up to the head as it first was never changes, so what was read of a run and is not yet used is
/// kept from slice to slice, as numbers; and each slice costs what it reads.
/// </summary>
internal sealed class OrdersLogCursor(PostgresOrderStore store, IReadOnlyCollection<long> orderIds, long afterPosition) : ILogCursor
{
    private readonly long[] ids = [.. orderIds.Distinct()];
    private readonly Dictionary<long, Run> runs = []; // those that have more
    private long after = afterPosition;
    private long? end; // the head when the runs were opened

    public async ValueTask<LogPage> NextAsync(CancellationToken cancellation)
    {
        var looked = await LookAsync(cancellation);
        var next = Next();
        var (rows, bytes) = next.Length == 0 ? ([], 0L) : await store.ReadAsync((connection, token) => OrderReads.RowsAtAsync(connection, next, token), cancellation);
        after = rows.Count > 0 ? rows[^1].Position : after;
        foreach (var (id, run) in runs)
        {
            run.Forget(after);
            if (run.IsDone)
            {
                runs.Remove(id);
            }
        }

        if (runs.Count == 0)
        {
            (after, end) = (end!.Value, null); // from there on the runs are opened anew
        }

        return new LogPage(rows, after, new ReadWork(looked + rows.Count, bytes));
    }

    // Reads on in the runs of which nothing is left, each as far as the bound of a slice lets all of them.
    private async ValueTask<int> LookAsync(CancellationToken cancellation)
    {
        if (end is null)
        {
            end = Math.Max(await store.ReadHeadAsync(cancellation), after);
            foreach (var id in ids)
            {
                runs[id] = new Run(after);
            }
        }

        var empty = runs.Where(run => run.Value.IsEmpty).Take(StoreLimits.RowsLookedAtPerSlice).ToList();
        if (empty.Count == 0)
        {
            return 0;
        }

        var each = Math.Clamp(StoreLimits.RowsLookedAtPerSlice / empty.Count, 1, StoreLimits.RowsPerSlice);
        var (asked, from, upTo) = (empty.Select(run => run.Key).ToArray(), empty.Select(run => run.Value.ReadTo).ToArray(), end.Value);
        var found = await store.ReadAsync((connection, token) => OrderReads.PositionsAsync(connection, asked, from, upTo, each, token), cancellation);
        var positions = found.ToLookup(one => one.OrderId, one => one.Position);
        foreach (var (id, run) in empty)
        {
            run.Add([.. positions[id]], each);
        }

        return empty.Count + found.Count;
    }

    // The next positions of all runs: as far as none can be missing, which is where the first run ends that has more.
    private long[] Next()
    {
        var bound = runs.Values.Where(run => run.HasMore).Select(run => run.ReadTo).Append(long.MaxValue).Min();
        return [.. runs.Values.SelectMany(run => run.Positions).Where(position => position <= bound).Order().Take(StoreLimits.RowsPerSlice)];
    }

    /// <summary>The positions of one order, in part.</summary>
    private sealed class Run(long after)
    {
        private Queue<long> positions = new();

        public IEnumerable<long> Positions => positions;

        public long ReadTo { get; private set; } = after;

        /// <summary>Whether the log has more of it than was read.</summary>
        public bool HasMore { get; private set; } = true;

        public bool IsEmpty => positions.Count == 0 && HasMore;

        public bool IsDone => positions.Count == 0 && !HasMore;

        public void Add(long[] found, int asked)
        {
            positions = new(found.Order());
            HasMore = found.Length == asked;
            ReadTo = found.Length > 0 ? found.Max() : ReadTo;
        }

        public void Forget(long upTo)
        {
            while (positions.TryPeek(out var position) && position <= upTo)
            {
                positions.Dequeue();
            }
        }
    }
}
