using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Processing;

/// <summary>The limits of the writer: one batch is one transaction and one fsync.</summary>
public sealed record QueueLimits
{
    public int CommandsPerBatch { get; init; } = 256;

    /// <summary>Those who came while a batch waited for its turn go with it where they are more than its own by this: it costs a round trip.</summary>
    public int WorthARoundTrip { get; init; } = 4;

    public TimeSpan QueueFullRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan StoreBusyRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A refusal for a reason that may be that the store cannot be reached: then it says when to try again.</summary>
    public Refusal Refuse(ErrorReason reason) => new(reason) { RetryAfter = reason == ErrorReason.StoreBusy ? StoreBusyRetry : null };
}
