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
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    private readonly IReadMeter meter;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Dictionary<Caller, Queue<Waiting>> queues = [];
    private readonly Queue<Caller> round = new();
    private readonly PriorityQueue<Caller, long> indebted = new(); // by when each is asked for its debt again; not in the round meanwhile
    private readonly TimeProvider time;
    private int free;

    public ReadTurns(IReadMeter meter, TimeProvider time, int places = StoreLimits.ReadPlaces)
    {
        (this.meter, this.time, free) = (meter, time, places);
        timer = time.CreateTimer(_ => Grant(0), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads a slice in the caller's turn, and charges it for the work.</summary>
    public async ValueTask<T> ReadAsync<T>(Caller caller, Func<ValueTask<T>> read, Func<T, ReadWork> work, CancellationToken cancellation)
    {
        caller = caller.Account;
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

    // Gives places back, and the free ones to those whose turn it is. Who is in debt is not asked
    // again before its debt as it was can be paid, so many of them cost the others nothing.
    private void Grant(int places)
    {
        lock (gate)
        {
            free += places;
            var now = time.GetTimestamp();
            while (indebted.TryPeek(out _, out var until) && until <= now)
            {
                round.Enqueue(indebted.Dequeue());
            }

            while (free > 0 && round.TryDequeue(out var caller))
            {
                if (meter.DebtOf(caller) is { } debt)
                {
                    indebted.Enqueue(caller, now + (long)(debt.TotalSeconds * time.TimestampFrequency));
                    continue;
                }

                var queue = queues[caller];
                if (LetIn(queue))
                {
                    free--;
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

            if (indebted.TryPeek(out _, out var soonest))
            {
                var wait = time.GetElapsedTime(now, soonest);
                timer.Change(wait > LeastWait ? wait : LeastWait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // The first that has not been cancelled meanwhile.
    private static bool LetIn(Queue<Waiting> queue)
    {
        while (queue.TryDequeue(out var next))
        {
            if (next.TrySetResult())
            {
                return true;
            }
        }

        return false;
    }

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
