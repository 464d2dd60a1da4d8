using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;

namespace OrderGrpc.Server.Services;

/// <summary>What reads cost, in requests of the caller's rate: what a server's core could have answered meanwhile, about.</summary>
public sealed class ReadMeter(CallerLimits limits) : IReadMeter
{
    public void Charge(Caller caller, ReadWork work) => limits.Charge(new LimitKey(caller, null), Requests(work));

    public TimeSpan? DebtOf(Caller caller) => limits.DebtOf(new LimitKey(caller, null));

    private static double Requests(ReadWork work) =>
        ((double)work.Rows / CallLimits.RowsPerRequest) + ((double)work.Bytes / CallLimits.BytesPerRequest);
}
