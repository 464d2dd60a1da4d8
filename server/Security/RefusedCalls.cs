using System.Net;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The calls that were not authenticated, counted by address and by connection: they cost the server
/// something and their sender nothing, so where there are too many the connection is ended. One of a trusted
/// proxy is not: there the address behind it gets no more tokens verified.
/// </summary>
public sealed class RefusedCalls(ServerOptions options, ConnectionLimits limits, TimeProvider time, SecurityLog log)
{
    private readonly AddressBuckets buckets = new(options.MaxRefusedCallsPerSecond, limits.AddressesRemembered, time);

    /// <summary>A call was refused, and its answer is made.</summary>
    public void Count(HttpContext context)
    {
        if (context.Features.Get<ConnectionUse>() is not { } connection)
        {
            return;
        }

        if (options.MaxRefusedCallsPerSecond == 0 || (buckets.Take(AddressKey.Of(context)) && connection.Refuse()) || connection.IsOfProxy)
        {
            connection.GiveBack();
        }
        else
        {
            log.ConnectionEnded(context);
            connection.Abort("too many calls that were not authenticated");
        }
    }

    /// <summary>Whether the address has no more to be refused: its connections without a good call get the less.</summary>
    public bool AreMany(IPAddress address) => buckets.IsEmpty(address);
}
