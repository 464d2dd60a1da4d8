using OrderGrpc.Contract;

namespace OrderGrpc.Server.Services;

/// <summary>What one call may take, and what is remembered of who calls.</summary>
public static class CallLimits
{
    public const int PageBytes = 1 << 20; // a page ends before the entry that would pass it
    public const int RowsPerRead = ContractLimits.DefaultPageSize + 1; // of which a page is put together
    public const int CallersRemembered = 10_000;
    public const int RowsPerRequest = ContractLimits.DefaultPageSize; // what was read for a list or a watch counts as a request for each so many
    public const int BytesPerRequest = 32 << 10; // and for each so many
    public const int SmallAnswerBytes = 16 << 10; // what is smaller is not counted as unsent
    public const long UnsentPageBytesPerCaller = 16 << 20;
    public const long UnsentPageBytesForAll = 64 << 20;
    public const int AnonymousCallsPerAddress = 100; // health, which needs no token
    public static readonly TimeSpan WatchEnd = TimeSpan.FromSeconds(1); // for a slow reader to take the rest of a frame, so that it is told why
    public static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(10);
}
