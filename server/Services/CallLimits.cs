using OrderGrpc.Contract;

namespace OrderGrpc.Server.Services;

/// <summary>What one call may take, and what is remembered of who calls.</summary>
public sealed record CallLimits
{
    public int PageBytes { get; init; } = 1 << 20; // a page ends before the entry that would pass it

    public int RowsPerRead { get; init; } = ContractLimits.DefaultPageSize + 1; // of which a page is put together

    public int CallersRemembered { get; init; } = 10_000;

    public int RowsPerRequest { get; init; } = ContractLimits.DefaultPageSize; // what was read for a list or a watch counts as a request for each so many

    public int BytesPerRequest { get; init; } = 32 << 10; // and for each so many

    public int SmallAnswerBytes { get; init; } = 16 << 10; // what is smaller is not counted as unsent

    public long UnsentPageBytesPerCaller { get; init; } = 16 << 20;

    public long UnsentPageBytesForAll { get; init; } = 64 << 20;

    public int AnonymousCallsPerAddress { get; init; } = 100; // of health, which needs no token

    public int AnonymousWatchesPerAddress { get; init; } = 10; // of health; the oldest ends for a new one

    public int AnonymousCallsOfAll { get; init; } = 10_000; // and as many watches: through a proxy strangers come without connections of their own

    public TimeSpan LinkedOrderRead { get; init; } = TimeSpan.FromSeconds(5); // of the order of a link, to know whether it has ended

    public TimeSpan WatchEnd { get; init; } = TimeSpan.FromSeconds(1); // for a slow reader to take the rest of a frame, so that it is told why

    public TimeSpan LeastRetry { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan LongestDeadline { get; init; } = TimeSpan.FromMinutes(10);
}
