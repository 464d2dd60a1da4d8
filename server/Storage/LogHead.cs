namespace OrderGrpc.Server.Storage;

/// <summary>
/// The last position of the log that this process has heard of. Whoever commits advances it; the
/// tail of the log waits for it.
/// </summary>
public sealed class LogHead
{
    private readonly Lock gate = new();
    private long position;
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that the log has reached this position.</summary>
    public void Advance(long to)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            if (to <= position)
            {
                return;
            }

            position = to;
            waiting = moved;
            moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
    }

    /// <summary>Waits until the log is past this position.</summary>
    public async Task WaitAsync(long past, CancellationToken cancellation)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (position > past)
                {
                    return;
                }

                waiting = moved.Task;
            }

            await waiting.WaitAsync(cancellation);
        }
    }
}
