using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>What all watches share.</summary>
public sealed record WatchParts(IOrderStore Store, LogTail Tail, ReadTurns Turns, UnsentBytes Unsent, WatchLimits Limits, TimeProvider Time, WatchMeter Meter);

/// <summary>
/// One watch: a position that goes through the log. It reads the ring, or the store when it is
/// behind the ring, sends, and sleeps at the end. What slows it is its reader alone, through the
/// stream's flow control. All that it keeps meanwhile is the position and one slice of rows; and not
/// even that where slow readers keep too much already: then it reads the rows anew when its reader
/// goes on. The store is read in the caller's turn.
/// </summary>
public sealed class OrderWatch(WatchParts parts, WatchFilter filter, IWatchStream stream, CancellationToken cancellation) : IRowKeeper
{
    private readonly Queue<LogEntry> fetched = new();
    private readonly Watcher watcher = new(filter.Topics, 0, parts.Time.GetTimestamp(), cancellation);
    private readonly FrameSending sending = new(parts, filter.Caller, stream);
    private ILogCursor? cursor; // where it has read the store to fetchedTo
    private long fetchedTo; // up to here there are no matching rows but those fetched
    private long? pastEnd; // where caught_up is due; null once it was said

    /// <summary>Tells what comes after a position: the past, then what happens, until cancelled. Null for what happens only.</summary>
    public async Task FromAsync(long? position)
    {
        var head = await parts.Store.ReadHeadAsync(cancellation);
        await RunAsync(position ?? head, head);
    }

    /// <summary>Tells the orders as they are, then what happens, until cancelled.</summary>
    public async Task FromSnapshotAsync()
    {
        var position = await parts.Store.ReadHeadAsync(cancellation);
        await new SnapshotSending(parts, filter, sending, position, cancellation).RunAsync();
        await RunAsync(position, position);
    }

    private async Task RunAsync(long position, long past)
    {
        (watcher.Position, pastEnd) = (position, past);
        parts.Tail.Add(watcher);
        using var interruption = cancellation.UnsafeRegister(_ => parts.Tail.Interrupt(watcher), null);
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
            parts.Tail.Remove(watcher);
        }
    }

    private ValueTask StepAsync()
    {
        if (pastEnd <= watcher.Position)
        {
            pastEnd = null;
            return SendAsync(new WatchOrdersResponse { Position = watcher.Position, CaughtUp = new() });
        }

        if (fetched.TryDequeue(out var entry))
        {
            sending.Kept -= entry.Bytes;
            return TellAsync(entry);
        }

        if (watcher.Position < fetchedTo)
        {
            watcher.Position = fetchedTo;
            return ValueTask.CompletedTask;
        }

        // The past may end a little ahead of the tail; then it is read from the store, since a row of
        // it that does not match would not wake this watch to say caught_up.
        if (watcher.Position >= Math.Max(parts.Tail.Position, pastEnd ?? 0))
        {
            return SleepAsync();
        }

        if (parts.Tail.Find(watcher.Position + 1) is { } row)
        {
            cursor = null;
            parts.Meter.Hit();
            return TellAsync(row);
        }

        return FetchAsync();
    }

    private ValueTask TellAsync(LogEntry entry)
    {
        var position = entry.Position;
        if (!filter.Matches(entry))
        {
            watcher.Position = position;
            return ValueTask.CompletedTask;
        }

        var sent = sending.TrySend(entry.FrameFor(filter.Caller.Role, stream.Form));
        if (sent)
        {
            Sent(position);
            return ValueTask.CompletedTask;
        }

        return SentAsync(sending.SendAsync(entry.FrameFor(filter.Caller.Role, stream.Form), this, position), position);
    }

    // Nothing of the entry is to be alive while this waits for the reader, but its position: an async
    // method keeps its parameters until it ends, so neither the entry nor its frame is one.
    private async ValueTask SentAsync(ValueTask sent, long position)
    {
        await sent;
        Sent(position);
    }

    private async ValueTask SendAsync(WatchOrdersResponse response)
    {
        await sending.SendAsync(WatchFrame.Of(response, stream.Form), this, 0);
        watcher.Sent(parts.Time.GetTimestamp());
    }

    private void Sent(long position)
    {
        watcher.Position = position;
        watcher.Sent(parts.Time.GetTimestamp());
        parts.Meter.Delivered();
    }

    void IRowKeeper.Forget()
    {
        fetched.Clear();
        (cursor, fetchedTo) = (null, 0);
    }

    async ValueTask<WatchFrame> IRowKeeper.AgainAsync(long position)
    {
        if (parts.Tail.Find(position) is { } row)
        {
            return row.FrameFor(filter.Caller.Role, stream.Form);
        }

        var again = parts.Store.OpenLog(new LogFilter(filter.Caller, null), position - 1);
        var page = await parts.Turns.ReadAsync(filter.Caller, () => again.NextAsync(cancellation), page => page.Work, cancellation);
        return new LogEntry(page.Rows[0]).FrameFor(filter.Caller.Role, stream.Form);
    }

    private async ValueTask FetchAsync()
    {
        if (sending.Unflushed > 0)
        {
            await sending.FlushAsync(this);
        }

        parts.Meter.Missed();
        pastEnd ??= parts.Tail.Position; // it fell behind, and is told when it has caught up again
        cursor ??= parts.Store.OpenLog(filter.Log, watcher.Position);
        var reading = parts.Turns.ReadAsync(filter.Caller, ReadAsync, page => page.Work, cancellation);
        var (matching, readTo, _) = await sending.WhileWaitingAsync(reading, watcher.Position, this);
        foreach (var entry in matching)
        {
            fetched.Enqueue(entry);
            sending.Kept += entry.Bytes;
        }

        fetchedTo = readTo;
    }

    // In its turn: what does not match is looked at there, and let go. The watch itself is not touched, which may be sending a heartbeat.
    private async ValueTask<(List<LogEntry> Matching, long ReadTo, ReadWork Work)> ReadAsync()
    {
        var page = await cursor!.NextAsync(cancellation);
        var matching = new List<LogEntry>();
        foreach (var row in page.Rows)
        {
            var entry = new LogEntry(row);
            if (filter.Matches(entry))
            {
                matching.Add(entry);
            }
        }

        return (matching, page.ReadTo, page.Work);
    }

    private async ValueTask SleepAsync()
    {
        cursor = null;
        if (sending.Unflushed > 0)
        {
            await sending.FlushAsync(this);
        }
        else if (parts.Tail.Sleep(watcher) is { } sleep && await sleep == Waking.Heartbeat)
        {
            await SendAsync(new WatchOrdersResponse { Position = watcher.Position, Heartbeat = new() });
        }
    }
}
