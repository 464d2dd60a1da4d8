namespace OrderGrpc.Server.Processing;

/// <summary>The limits of the writer: one batch is one transaction and one fsync.</summary>
public sealed record QueueLimits
{
    public int CommandsPerBatch { get; init; } = 256;

    public TimeSpan QueueFullRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan StoreBusyRetry { get; init; } = TimeSpan.FromSeconds(1);
}
