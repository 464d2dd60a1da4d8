using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Storage;

/// <summary>Keeps the account of what each caller's reads cost.</summary>
public interface IReadMeter
{
    /// <summary>Charges a caller for work, into debt where need be.</summary>
    void Charge(Caller caller, ReadWork work);

    /// <summary>How long until the caller is out of debt; null where it has none.</summary>
    TimeSpan? DebtOf(Caller caller);
}

/// <summary>
/// Turns at what is read in slices: a few places for all, given to the callers in turn, so that one
/// with a thousand watches waits behind itself and not in front of others. Who is in debt for what
/// it has read sits out. Reads of a single order need no turn, and find the other places free.
/// </summary>
public sealed class ReadTurns : IDisposable
{
    private readonly IReadMeter meter;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Dictionary<Caller, Queue<Waiting>> queues = [];
    private readonly Queue<Caller> round = new();
    private int free;

    public ReadTurns(IReadMeter meter, TimeProvider time, int places = StoreLimits.ReadPlaces)
    {
        (this.meter, free) = (meter, places);
        timer = time.CreateTimer(_ => Grant(0), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads a slice in the caller's turn, and charges it for the work.</summary>
    public async ValueTask<T> ReadAsync<T>(Caller caller, Func<ValueTask<T>> read, Func<T, ReadWork> work, CancellationToken cancellation)
    {
        await TakeAsync(caller, cancellation);
        try
        {
            var slice = await read();
            meter.Charge(caller, work(slice));
            return slice;
        }
        finally
        {
            Grant(1);
        }
    }

    public void Dispose() => timer.Dispose();

    private ValueTask TakeAsync(Caller caller, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Waiting waiting;
        lock (gate)
        {
            if (free > 0 && !queues.ContainsKey(caller) && meter.DebtOf(caller) is null)
            {
                free--;
                return ValueTask.CompletedTask;
            }

            waiting = new Waiting();
            if (!queues.TryGetValue(caller, out var queue))
            {
                queues[caller] = queue = new();
                round.Enqueue(caller);
            }

            queue.Enqueue(waiting);
        }

        Grant(0);
        return new(waiting.WaitAsync(cancellation));
    }

    // Gives places back, and the free ones to those whose turn it is.
    private void Grant(int places)
    {
        lock (gate)
        {
            free += places;
            TimeSpan? soonest = null;
            for (var left = round.Count; left > 0 && free > 0; left--)
            {
                var caller = round.Dequeue();
                var queue = queues[caller];
                if (meter.DebtOf(caller) is { } debt)
                {
                    soonest = soonest < debt ? soonest : debt;
                }
                else
                {
                    while (queue.TryDequeue(out var next))
                    {
                        if (next.TrySetResult())
                        {
                            free--;
                            left = round.Count + 2; // all others have their turn before this one again
                            break;
                        }
                    }
                }

                if (queue.Count == 0)
                {
                    queues.Remove(caller);
                }
                else
                {
                    round.Enqueue(caller);
                }
            }

            if (soonest is { } wait)
            {
                timer.Change(wait > LeastWait ? wait : LeastWait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    /// <summary>One who waits for its turn. A turn that comes at the moment of a cancellation goes to the next.</summary>
    private sealed class Waiting : TaskCompletionSource
    {
        public Waiting()
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
        }

        public async Task WaitAsync(CancellationToken cancellation)
        {
            using (cancellation.UnsafeRegister(static (waiting, token) => ((Waiting)waiting!).TrySetCanceled(token), this))
            {
                await Task;
            }
        }
    }
}
