using OrderGrpc.Contract;

namespace OrderGrpc.Server.Services;

/// <summary>What one call may take, and what is remembered of who calls.</summary>
public static class CallLimits
{
    public const int PageBytes = 1 << 20; // a page ends before the entry that would pass it
    public const int RowsPerRead = ContractLimits.DefaultPageSize + 1; // of which a page is put together
    public const int CallersRemembered = 10_000;
    public const int EntriesPerRequest = ContractLimits.DefaultPageSize; // a page counts as a request for each so many
    public const int AnonymousCallsPerAddress = 100; // of health, which needs no token
    public const int AnonymousWatchesPerAddress = 10; // of health; the oldest ends for a new one
    public static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(10);
}
