using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>Where a watch sends to.</summary>
public interface IWatchStream
{
    /// <summary>Sends a frame, or only buffers it; waits while the reader is slow.</summary>
    Task SendAsync(WatchFrame frame, bool flush);

    /// <summary>Sends what was buffered.</summary>
    Task FlushAsync();
}

/// <summary>
/// One watch: a position that goes through the log. It reads the ring, or the store when it is
/// behind the ring, sends, and sleeps at the end. What slows it is its reader alone, through the
/// stream's flow control, and all that it keeps meanwhile is the position and one page of rows.
/// </summary>
public sealed class OrderWatch(
    IOrderStore store, LogTail tail, TimeProvider time, WatchFilter filter, IWatchStream stream, CancellationToken cancellation)
{
    private readonly Queue<LogEntry> fetched = new();
    private readonly Watcher watcher = new(filter.Topics, 0, time.GetTimestamp(), cancellation);
    private long fetchedTo; // up to here there are no matching rows but those fetched
    private long? pastEnd; // where caught_up is due; null once it was said
    private int unflushed; // bytes

    /// <summary>Tells what comes after a position: the past, then what happens, until cancelled.</summary>
    public Task FromAsync(long position) => RunAsync(position, store.ReadHead());

    /// <summary>Tells the orders as they are, then what happens, until cancelled.</summary>
    public async Task FromSnapshotAsync()
    {
        // The rows are named in one short transaction and never change, so they can be read page
        // by page, at the reader's pace, and are still the orders of that one position.
        var snapshot = store.ReadSnapshot(filter.Log, filter.States);
        for (var sent = 0; sent < snapshot.Rows.Length;)
        {
            var count = Math.Min(WatchLimits.SnapshotRows, snapshot.Rows.Length - sent);
            foreach (var order in store.ReadOrdersAt(snapshot.Rows.AsMemory(sent, count)))
            {
                await SendAsync(WatchFrame.Of(new WatchOrdersResponse
                {
                    Position = snapshot.Position,
                    SnapshotOrder = Visibility.For(filter.Caller.Role, order),
                }));
                sent++;
            }
        }

        await RunAsync(snapshot.Position, snapshot.Position);
    }

    private async Task RunAsync(long position, long past)
    {
        (watcher.Position, pastEnd) = (position, past);
        tail.Add(watcher);
        using var interruption = cancellation.UnsafeRegister(_ => tail.Interrupt(watcher), null);
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                await StepAsync();
            }
        }
        finally
        {
            tail.Remove(watcher);
        }
    }

    private async Task StepAsync()
    {
        if (pastEnd <= watcher.Position)
        {
            pastEnd = null;
            await SendAsync(WatchFrame.Of(new WatchOrdersResponse { Position = watcher.Position, CaughtUp = new() }));
        }
        else if (Next() is { } entry)
        {
            if (filter.Matches(entry))
            {
                await SendAsync(entry.FrameFor(filter.Caller.Role));
            }

            watcher.Position = entry.Position;
        }
        else if (watcher.Position < fetchedTo)
        {
            watcher.Position = fetchedTo;
        }
        else
        {
            await SleepAsync();
        }
    }

    /// <summary>The next row, of the store's page or of the ring; null at the end of either.</summary>
    private LogEntry? Next()
    {
        if (fetched.TryDequeue(out var entry))
        {
            return entry;
        }

        // The past may end a little ahead of the tail; then it is read from the store, since a row of
        // it that does not match would not wake this watch to say caught_up.
        if (watcher.Position < fetchedTo || watcher.Position >= Math.Max(tail.Position, pastEnd ?? 0))
        {
            return null;
        }

        if (tail.Find(watcher.Position + 1) is { } row)
        {
            return row;
        }

        Fetch();
        return fetched.TryDequeue(out entry) ? entry : null;
    }

    private void Fetch()
    {
        pastEnd ??= tail.Position; // it fell behind, and is told when it has caught up again
        var page = store.ReadLog(filter.Log, watcher.Position, WatchLimits.CatchUpRows);
        fetchedTo = page.ReadTo;
        foreach (var row in page.Rows)
        {
            fetched.Enqueue(new LogEntry(row));
        }
    }

    private async Task SleepAsync()
    {
        if (unflushed > 0)
        {
            await stream.FlushAsync();
            unflushed = 0;
        }
        else if (tail.Sleep(watcher) is { } sleep && await sleep == Waking.Heartbeat)
        {
            await SendAsync(WatchFrame.Of(new WatchOrdersResponse { Position = watcher.Position, Heartbeat = new() }));
        }
    }

    // A burst is flushed once; but not so late that what is buffered grows with the reader's lag.
    private async Task SendAsync(WatchFrame frame)
    {
        unflushed += frame.Bytes.Length;
        var flush = unflushed >= WatchLimits.BytesPerFlush;
        await stream.SendAsync(frame, flush);
        unflushed = flush ? 0 : unflushed;
        watcher.Sent(time.GetTimestamp());
    }
}
