namespace OrderGrpc.Server.Storage;

/// <summary>Time as the columns of a store hold it: whole microseconds since 1970-01-01.</summary>
public static class StoredTime
{
    /// <summary>The microseconds of a time, without what is left over.</summary>
    public static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The first whole microsecond from a time on: one before the bound is before it.</summary>
    public static long? MicrosFrom(DateTimeOffset? time) => time is { } t
        ? Micros(t) + (t.UtcTicks > DateTimeOffset.UnixEpoch.Ticks && t.UtcTicks % TimeSpan.TicksPerMicrosecond > 0 ? 1 : 0)
        : null;
}
