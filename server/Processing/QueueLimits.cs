namespace OrderGrpc.Server.Processing;

/// <summary>The limits of the writer: one batch is one transaction and one fsync.</summary>
public sealed record QueueLimits
{
    public int CommandsPerBatch { get; init; } = 256;

    /// <summary>Those who came while a batch waited for its turn go with it where they are more than its own by this: it costs a round trip.</summary>
    public int WorthARoundTrip { get; init; } = 4;

    public TimeSpan QueueFullRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan StoreBusyRetry { get; init; } = TimeSpan.FromSeconds(1);
}
