using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;

namespace OrderGrpc.Server.Services;

/// <summary>What reads cost, in requests of the caller's rate: what a server's core could have answered meanwhile, about.</summary>
public sealed class ReadMeter(CallerBuckets callers, CallLimits limits) : IReadMeter
{
    public void Charge(Caller caller, ReadWork work) => callers.Charge(LimitKey.Of(caller), Requests(work));

    public TimeSpan? DebtOf(Caller caller) => callers.DebtOf(LimitKey.Of(caller));

    private double Requests(ReadWork work) =>
        ((double)work.Rows / limits.RowsPerRequest) + ((double)work.Bytes / limits.BytesPerRequest);
}
