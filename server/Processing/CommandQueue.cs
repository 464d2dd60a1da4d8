using System.Threading.Channels;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Processing;

/// <summary>What a command came to: the order after it and the position of its event, or a refusal.</summary>
public readonly record struct CommandAnswer(Order? Order, long Position, Refusal? Refusal)
{
    public static implicit operator CommandAnswer(Refusal refusal) => new(null, 0, refusal);
}

/// <summary>
/// The one way in. Commands wait here; one thread takes what waits, up to a limit, runs it in one
/// batch, commits once, and then answers. So an answer is durable, and many callers share an fsync.
/// </summary>
public sealed class CommandQueue : IAsyncDisposable
{
    private readonly IOrderStore store;
    private readonly TimeProvider time;
    private readonly QueueLimits limits;
    private readonly Action<Exception> onFailure;
    private readonly Channel<PendingCommand> waiting;
    private readonly QueueMeter meter;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool failed;
    private volatile bool closing;
    private long? awaySince;
    private long committed;

    /// <summary>Whether the store failed: then no command is taken any more.</summary>
    public bool HasFailed => failed;

    /// <summary>Starts the writer's thread.</summary>
    /// <param name="onFailure">Called once, when the store can no longer be relied on.</param>
    public CommandQueue(IOrderStore store, TimeProvider time, int maxQueued, QueueLimits limits, Action<Exception> onFailure)
    {
        (this.store, this.time, this.limits, this.onFailure) = (store, time, limits, onFailure);
        waiting = Channel.CreateBounded<PendingCommand>(new BoundedChannelOptions(maxQueued)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true, // all that continues is the waking of the writer, for which no other thread need be woken first
        });
        meter = new QueueMeter(time, store.SystemName, () => waiting.Reader.Count, () => Volatile.Read(ref committed));
        new Thread(Run) { Name = "writer", IsBackground = true }.Start();
    }

    /// <summary>
    /// Runs a command: returns when it is durable or refused. One whose caller has gone before its
    /// turn is not run; one that fails through a fault of the program throws it.
    /// </summary>
    public Task<CommandAnswer> RunAsync(PendingCommand pending)
    {
        pending.Passage = meter.Join();
        if (!waiting.Writer.TryWrite(pending))
        {
            return Task.FromResult<CommandAnswer>(waiting.Reader.Completion.IsCompleted || failed
                ? new Refusal(failed ? ErrorReason.OutcomeUnknown : ErrorReason.ShuttingDown)
                : new Refusal(ErrorReason.QueueFull) { RetryAfter = limits.QueueFullRetry });
        }

        return pending.Answer.Task;
    }

    /// <summary>Takes no more commands, answers those that wait, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        closing = true;
        waiting.Writer.TryComplete();
        await ended.Task;
        meter.Dispose();
    }

    private void Run()
    {
        var batch = new List<PendingCommand>(limits.CommandsPerBatch);
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Take(batch);
            RunBatch(batch);
            batch.Clear();
        }

        ended.SetResult();
    }

    // Those that wait, as far as the batch has room for them.
    private void Take(List<PendingCommand> batch)
    {
        while (batch.Count < limits.CommandsPerBatch && waiting.Reader.TryRead(out var next))
        {
            if (next.Cancellation.IsCancellationRequested)
            {
                next.Answer.SetCanceled(next.Cancellation);
                continue;
            }

            batch.Add(next);
        }
    }

    private void RunBatch(List<PendingCommand> commands, bool takesMore = true)
    {
        if (failed)
        {
            Answer(commands, new Refusal(ErrorReason.OutcomeUnknown));
            return;
        }

        while (true)
        {
            try
            {
                var answers = Wait(CommitAsync(commands, takesMore));
                awaySince = null;
                for (var i = 0; i < commands.Count; i++)
                {
                    commands[i].Answer.SetResult(answers[i]);
                }
            }
            catch (StoreException e) when (e.Failure == StoreFailure.TryAgain && MayTryAgain(commands))
            {
                continue;
            }
            catch (StoreException e) when (e.Failure == StoreFailure.TryAgain)
            {
                Answer(commands, limits.Refuse(ErrorReason.StoreBusy));
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Full)
            {
                Answer(commands, new Refusal(ErrorReason.DiskFull));
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Unknown)
            {
                Answer(commands, new Refusal(ErrorReason.OutcomeUnknown));
            }
            catch (StoreException e)
            {
                // What is on disk is not known: nothing more may be answered as done.
                failed = true;
                Answer(commands, new Refusal(ErrorReason.OutcomeUnknown));
                onFailure(e);
            }
            catch (Exception e) when (commands.Count == 1)
            {
                commands[0].Answer.TrySetException(e);
            }
            catch (Exception)
            {
                // The batch was taken back. Each alone: the one at fault shall not fail the others.
                commands.ForEach(command => RunBatch([command], takesMore: false));
            }

            return;
        }
    }

    // While the store is away its commands wait, each until its own deadline, and all no longer than is worth it.
    private bool MayTryAgain(List<PendingCommand> commands)
    {
        awaySince ??= time.GetTimestamp();
        commands.RemoveAll(command => command.Cancellation.IsCancellationRequested && command.Answer.TrySetCanceled(command.Cancellation));
        return commands.Count > 0 && !closing && time.GetElapsedTime(awaySince.Value) < store.Patience;
    }

    private async ValueTask<CommandAnswer[]> CommitAsync(List<PendingCommand> commands, bool takesMore)
    {
        await using var batch = await store.BeginAsync(commands);
        if (takesMore && waiting.Reader.Count * limits.WorthARoundTrip > commands.Count)
        {
            // It has waited for its turn, while another server wrote: many came meanwhile, who would wait for the next one.
            var named = commands.Count;
            Take(commands);
            await batch.FetchAsync(commands[named..]);
        }

        using var passage = meter.Take(commands);
        var answers = new CommandAnswer[commands.Count];
        var before = batch.NextPosition;
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = CommandRunner.Run(batch, commands[i], Now());
        }

        if (batch.NextPosition > before)
        {
            using var commit = passage?.Commit(batch.NextPosition - before);
            await batch.CommitAsync();
            Volatile.Write(ref committed, batch.NextPosition - 1);
            commit?.Done(committed);
        }

        return answers;
    }

    // The writer's thread has nothing else to do than to wait; a store that does not wait has answered already.
    private static T Wait<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();

    // Microseconds are what the store's columns hold.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    private static void Answer(List<PendingCommand> commands, Refusal refusal)
    {
        foreach (var command in commands)
        {
            command.Answer.TrySetResult(refusal);
        }
    }
}
