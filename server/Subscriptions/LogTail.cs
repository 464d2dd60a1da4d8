using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>
/// The tail of the log: takes each new row once, as the store gives it, keeps the last of
/// them in a ring, and wakes the watchers whom a row concerns. Watchers read the ring without a
/// lock; only going to sleep and being woken take it. While there are none, rows that other servers
/// wrote are not read: the ring has gaps then, and who needs what is in one reads the store.
/// </summary>
/// <param name="onFailure">Called when it cannot go on, whatever the reason.</param>
public sealed class LogTail(IOrderStore store, TimeProvider time, WatchLimits limits, Action<Exception> onFailure) : BackgroundService
{
    private readonly LogEntry?[] ring = new LogEntry?[limits.RingEntries];
    private readonly Lock gate = new();
    private readonly Dictionary<Topic, HashSet<Watcher>> watchers = [];
    private TailMeter? meter; // from the start on
    private volatile bool isWatched;
    private long last;
    private long oldest = 1; // of the ring, up to which it was emptied
    private long ringBytes;

    /// <summary>The position up to which the log has been read.</summary>
    public long Position => Volatile.Read(ref last);

    /// <summary>Starts at the end of the log: the past is read by who asks for it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        last = await store.ReadHeadAsync(cancellationToken);
        oldest = last + 1;
        meter = new TailMeter(() => Position);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>The row at a position, or null if the ring no longer has it, or not yet.</summary>
    public LogEntry? Find(long position)
    {
        var entry = Volatile.Read(ref ring[position % ring.Length]);
        return entry?.Position == position ? entry : null;
    }

    public void Add(Watcher watcher)
    {
        lock (gate)
        {
            foreach (var topic in watcher.Topics)
            {
                if (!watchers.TryGetValue(topic, out var set))
                {
                    watchers[topic] = set = [];
                }

                set.Add(watcher);
            }

            isWatched = true;
        }
    }

    public void Remove(Watcher watcher)
    {
        lock (gate)
        {
            foreach (var topic in watcher.Topics)
            {
                var set = watchers[topic];
                set.Remove(watcher);
                if (set.Count == 0)
                {
                    watchers.Remove(topic);
                }
            }

            isWatched = watchers.Count > 0;
        }
    }

    /// <summary>
    /// Puts a watcher to sleep, unless there are rows after its position. Under the same lock as the
    /// arrival of rows: none can come between the look and the sleep.
    /// </summary>
    public Task<Waking>? Sleep(Watcher watcher)
    {
        lock (gate)
        {
            return last > watcher.Position ? null : watcher.Sleep();
        }
    }

    /// <summary>Ends the sleep of a watcher, if it sleeps.</summary>
    public void Interrupt(Watcher watcher)
    {
        lock (gate)
        {
            watcher.Interrupt();
        }
    }

    public override void Dispose()
    {
        meter?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var heartbeat = time.CreateTimer(_ => Beat(), null, limits.HeartbeatCheck, limits.HeartbeatCheck);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Append(await store.WaitForRowsAsync(last, () => isWatched, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The server stops; watchers end by the same token.
            }
            catch (StoreException e) when (e.Failure == StoreFailure.TryAgain)
            {
                // It has waited already.
            }
            catch (Exception e)
            {
                onFailure(e); // no watcher is to wait for a tail that no longer moves
                return;
            }
        }
    }

    private void Append(LogPage page)
    {
        foreach (var row in page.Rows)
        {
            Keep(new LogEntry(row));
        }

        lock (gate)
        {
            if (page.Rows.Count == 0 && isWatched)
            {
                return; // somebody has come meanwhile: it is asked for again, with the rows
            }

            foreach (var row in page.Rows)
            {
                Wake(Topic.Of(row.OrderId), row.Position);
                Wake(Topic.Of(new Caller(Role.Client, row.Client)), row.Position);
                Wake(Topic.Of(new Caller(Role.Supplier, row.Supplier)), row.Position);
            }

            Volatile.Write(ref last, page.ReadTo);
        }

        if (meter!.Lag.Enabled && page.Rows is [.., var newest])
        {
            meter.Lag.Record((time.GetUtcNow() - OrderEvent.Parser.ParseFrom(newest.Event).Time.ToDateTimeOffset()).TotalSeconds);
        }
    }

    // So many rows and no more than so many bytes: few large orders must not fill the memory.
    private void Keep(LogEntry entry)
    {
        ringBytes += entry.Bytes;
        while (oldest < entry.Position && (ringBytes > limits.RingBytes || entry.Position - oldest >= ring.Length))
        {
            ref var slot = ref ring[oldest++ % ring.Length];
            ringBytes -= slot?.Bytes ?? 0;
            Volatile.Write(ref slot, null);
        }

        Volatile.Write(ref ring[entry.Position % ring.Length], entry);
    }

    private void Wake(Topic topic, long position)
    {
        if (watchers.TryGetValue(topic, out var set))
        {
            foreach (var watcher in set)
            {
                watcher.Wake(position);
            }
        }
    }

    private void Beat()
    {
        Func<long, TimeSpan> elapsed = time.GetElapsedTime; // one for all
        lock (gate)
        {
            foreach (var watcher in watchers.Values.SelectMany(set => set))
            {
                watcher.Beat(last, limits.HeartbeatInterval, elapsed);
            }
        }
    }
}
