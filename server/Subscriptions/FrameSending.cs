using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>Who keeps rows to be sent, and can read them anew.</summary>
public interface IRowKeeper
{
    /// <summary>Lets go of all rows.</summary>
    void Forget();

    /// <summary>Reads the frame of one row anew: of the event at a position, or of the order with an id.</summary>
    ValueTask<WatchFrame> AgainAsync(long which);
}

/// <summary>
/// Sends the frames of one watch. A burst is flushed once; but not so late that what is buffered grows
/// with the reader's lag: a large frame goes piece by piece. While the reader holds it up, what is kept
/// of the watch counts as unsent; where there is no room for it, it is let go. Whoever waits for anything
/// else flushes first: its reader is due what is buffered, and Kestrel's frame writer comes back at once,
/// for as long as it takes, for a stream that has bytes which were written and not flushed.
/// </summary>
public sealed class FrameSending(WatchParts parts, Caller caller, IWatchStream stream)
{
    private readonly int bytesPerFlush = parts.Limits.BytesPerFlush;

    /// <summary>As what frames are sent.</summary>
    public FrameForm Form => stream.Form;

    /// <summary>The bytes of what the watch keeps beside the frame.</summary>
    public long Kept { get; set; }

    /// <summary>What was buffered since the last flush, in bytes.</summary>
    public int Unflushed { get; private set; }

    /// <summary>Buffers a frame where no flush is due with it.</summary>
    public bool TrySend(WatchFrame frame)
    {
        if (Unflushed + frame.Bytes.Length >= bytesPerFlush)
        {
            return false;
        }

        stream.Begin(frame);
        stream.Write(frame.Bytes.Span);
        Unflushed += frame.Bytes.Length;
        return true;
    }

    /// <summary>Sends a frame; waits while the reader is slow.</summary>
    public async ValueTask SendAsync(WatchFrame frame, IRowKeeper keeper, long which)
    {
        if (TrySend(frame))
        {
            return;
        }

        var length = frame.Bytes.Length;
        stream.Begin(frame);
        for (var sent = 0; sent < length;)
        {
            var piece = Math.Min(length - sent, bytesPerFlush);
            stream.Write(frame.Bytes.Span.Slice(sent, piece));
            (sent, Unflushed) = (sent + piece, Unflushed + piece);
            if (Unflushed >= bytesPerFlush)
            {
                Unflushed = 0;
                var flush = stream.FlushAsync();
                if (flush.IsCompletedSuccessfully)
                {
                    continue;
                }

                var left = sent < length ? length : 0;
                var kept = Kept + left;
                if (kept > 0 && !parts.Unsent.TryTake(caller, kept))
                {
                    keeper.Forget();
                    (Kept, kept) = (0, 0);
                    frame = left > 0 ? null! : frame;
                }

                try
                {
                    await flush;
                    frame ??= await keeper.AgainAsync(which);
                }
                catch (OperationCanceledException)
                {
                    stream.Leave(frame?.Bytes[sent..] ?? default);
                    throw;
                }
                finally
                {
                    if (kept > 0)
                    {
                        parts.Unsent.Give(caller, kept);
                    }
                }

                if (frame.Bytes.Length != length)
                {
                    throw new InvalidOperationException($"a frame had {length} bytes, and {frame.Bytes.Length} when it was read again");
                }
            }
        }
    }

    /// <summary>Waits for what is read in turn: that may be long in coming, and the reader is told meanwhile that the watch is alive.</summary>
    public async ValueTask<T> WhileWaitingAsync<T>(ValueTask<T> reading, long position, IRowKeeper keeper)
    {
        if (reading.IsCompleted)
        {
            return await reading;
        }

        var task = reading.AsTask();
        while (true)
        {
            try
            {
                return await task.WaitAsync(parts.Limits.HeartbeatInterval, parts.Time);
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                await SendAsync(WatchFrame.Of(new WatchOrdersResponse { Position = position, Heartbeat = new() }, Form), keeper, 0);
                await FlushAsync(keeper);
            }
        }
    }

    /// <summary>Sends what was buffered.</summary>
    public async ValueTask FlushAsync(IRowKeeper keeper)
    {
        Unflushed = 0;
        var flush = stream.FlushAsync();
        if (flush.IsCompletedSuccessfully || Kept == 0)
        {
            await flush;
            return;
        }

        var kept = Kept;
        if (!parts.Unsent.TryTake(caller, kept))
        {
            keeper.Forget();
            (Kept, kept) = (0, 0);
        }

        try
        {
            await flush;
        }
        finally
        {
            if (kept > 0)
            {
                parts.Unsent.Give(caller, kept);
            }
        }
    }
}
