using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>By what rows of the log find their watchers: an order, or a party.</summary>
public readonly record struct Topic(long OrderId, Caller Party)
{
    public static Topic Of(long orderId) => new(orderId, default);

    public static Topic Of(Caller party) => new(0, party);
}

/// <summary>Why a sleeping watcher was woken.</summary>
public enum Waking
{
    /// <summary>A row concerns it.</summary>
    Row,

    /// <summary>Nothing was sent for the heartbeat's interval.</summary>
    Heartbeat,

    /// <summary>It is to look whether it was cancelled.</summary>
    Interrupt,
}

/// <summary>
/// What the tail knows of one watcher: its topics, its position, and whether it sleeps. While it
/// sleeps every row up to the tail's end has been held against its topics, so its position moves
/// without reading. All but Position and Sent is called under the tail's lock.
/// </summary>
public sealed class Watcher(IReadOnlyList<Topic> topics, long position, long now, CancellationToken cancellation)
{
    private TaskCompletionSource<Waking>? sleeping;
    private long sentAt = now;

    public IReadOnlyList<Topic> Topics { get; } = topics;

    /// <summary>Up to here everything that matches has been sent.</summary>
    public long Position { get; set; } = position;

    /// <summary>Says when something was last sent, for the heartbeat.</summary>
    public void Sent(long timestamp) => Volatile.Write(ref sentAt, timestamp);

    internal Task<Waking>? Sleep()
    {
        // A cancellation after this look finds it sleeping and interrupts it.
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        sleeping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return sleeping.Task;
    }

    internal void Wake(long at)
    {
        if (sleeping is not null && at > Position)
        {
            Position = at - 1;
            WakeUp(Waking.Row);
        }
    }

    internal void Beat(long tail, TimeSpan interval, Func<long, TimeSpan> elapsedSince)
    {
        if (sleeping is not null && elapsedSince(Volatile.Read(ref sentAt)) >= interval)
        {
            Position = Math.Max(Position, tail);
            WakeUp(Waking.Heartbeat);
        }
    }

    internal void Interrupt()
    {
        if (sleeping is not null)
        {
            WakeUp(Waking.Interrupt);
        }
    }

    private void WakeUp(Waking why)
    {
        var waking = sleeping!;
        sleeping = null;
        waking.SetResult(why);
    }
}
