namespace OrderGrpc.Server.Subscriptions;

/// <summary>The limits of the tail of the log and of its watchers.</summary>
public static class WatchLimits
{
    public const int RingEntries = 4096;
    public const long RingBytes = 64 << 20;
    public const int BytesPerFlush = 32 << 10;
    public const long KeptBytesPerCaller = 8 << 20; // of what slow readers have not taken; past it they keep nothing, and it is read anew
    public const long KeptBytesForAll = 32 << 20;
    public static readonly TimeSpan HeartbeatCheck = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
}
