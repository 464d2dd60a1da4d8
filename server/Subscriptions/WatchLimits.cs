namespace OrderGrpc.Server.Subscriptions;

/// <summary>The limits of the tail of the log and of its watchers.</summary>
public sealed record WatchLimits
{
    public int RingEntries { get; init; } = 4096;

    public long RingBytes { get; init; } = 64 << 20;

    public int BytesPerFlush { get; init; } = 32 << 10;

    public long KeptBytesPerCaller { get; init; } = 8 << 20; // of what slow readers have not taken; past it they keep nothing, and it is read anew

    public long KeptBytesForAll { get; init; } = 32 << 20;

    public TimeSpan HeartbeatCheck { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);
}
