namespace OrderGrpc.Server.Subscriptions;

/// <summary>The limits of the tail of the log and of its watchers.</summary>
public static class WatchLimits
{
    public const int RingEntries = 4096;
    public const long RingBytes = 64 << 20;
    public const int TailReadRows = 1024;
    public const int CommitsAhead = 8; // of the tail; what is dropped it reads from the log
    public const int CatchUpRows = 256;
    public const int SnapshotRows = 200;
    public const int BytesPerFlush = 32 << 10;
    public static readonly TimeSpan HeartbeatCheck = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
}
