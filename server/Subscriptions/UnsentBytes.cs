using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>
/// What is kept in memory because its reader has not taken it yet: so many bytes for one caller, and
/// so many for all. Who has nothing kept may always have something, however much the others have.
/// </summary>
public sealed class UnsentBytes(long perCaller, long forAll)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Caller, long> kept = [];
    private readonly LinkedList<Waiting> waiting = [];
    private long all;

    /// <summary>Takes so many bytes where there is room; they are given back by <see cref="Give"/>.</summary>
    public bool TryTake(Caller caller, long bytes)
    {
        lock (gate)
        {
            return Take(caller.Account, bytes);
        }
    }

    /// <summary>Takes so many bytes, as soon as there is room.</summary>
    public async ValueTask TakeAsync(Caller caller, long bytes, CancellationToken cancellation)
    {
        Waiting turn;
        caller = caller.Account;
        lock (gate)
        {
            if (Take(caller, bytes))
            {
                return;
            }

            turn = new Waiting(caller, bytes);
            waiting.AddLast(turn);
        }

        using (cancellation.UnsafeRegister(static (turn, token) => ((Waiting)turn!).TrySetCanceled(token), turn))
        {
            await turn.Task;
        }
    }

    /// <summary>Gives back what was taken, or a part of it.</summary>
    public void Give(Caller caller, long bytes)
    {
        caller = caller.Account;
        lock (gate)
        {
            all -= bytes;
            if ((kept[caller] -= bytes) == 0)
            {
                kept.Remove(caller);
            }

            for (var turn = waiting.First; turn is not null;)
            {
                var next = turn.Next;
                if (turn.Value.Task.IsCompleted)
                {
                    waiting.Remove(turn);
                }
                else if (Take(turn.Value.Caller, turn.Value.Bytes))
                {
                    waiting.Remove(turn);
                    if (!turn.Value.TrySetResult())
                    {
                        Untake(turn.Value);
                    }
                }

                turn = next;
            }
        }
    }

    private bool Take(Caller caller, long bytes)
    {
        var own = kept.GetValueOrDefault(caller);
        if (own > 0 && (own + bytes > perCaller || all + bytes > forAll))
        {
            return false;
        }

        kept[caller] = own + bytes;
        all += bytes;
        return true;
    }

    // It was cancelled at the moment of its turn.
    private void Untake(Waiting turn)
    {
        all -= turn.Bytes;
        if ((kept[turn.Caller] -= turn.Bytes) == 0)
        {
            kept.Remove(turn.Caller);
        }
    }

    private sealed class Waiting(Caller caller, long bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Caller Caller => caller;

        public long Bytes => bytes;
    }
}
