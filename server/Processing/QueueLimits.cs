namespace OrderGrpc.Server.Processing;

/// <summary>The limits of the writer: one batch is one transaction and one fsync.</summary>
public static class QueueLimits
{
    public const int CommandsPerBatch = 256;
    public static readonly TimeSpan QueueFullRetry = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan StoreBusyRetry = TimeSpan.FromSeconds(1);
}
