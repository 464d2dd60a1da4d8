using System.Globalization;
using System.Net;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The log of refused calls. Anybody can cause one, so there are so many lines a second and a
/// count of the rest; and what a stranger sent is never in a line as it came.
/// </summary>
public sealed class SecurityLog(ILogger<SecurityLog> logger, TokenRegistry registry)
{
    private readonly Lock gate = new();
    private long second;
    private int lines;
    private long passedOver;

    /// <summary>A call had no good token.</summary>
    public void AuthenticationRefused(HttpContext call, ErrorReason reason)
    {
        if (MayLog())
        {
            Log.AuthenticationRefused(logger, Names.Of(reason), MethodOf(call), AddressOf(call));
        }
    }

    /// <summary>A caller asked for what is not theirs to ask.</summary>
    public void AccessRefused(HttpContext call, ErrorReason reason)
    {
        if (MayLog())
        {
            var caller = call.User.ToCaller();
            Log.AccessRefused(logger, Names.Of(reason), MethodOf(call), AddressOf(call), RoleOf(caller), SafeText.Of(caller.Name));
        }
    }

    /// <summary>A caller reached one of its limits.</summary>
    public void LimitReached(HttpContext call, ErrorReason reason)
    {
        if (MayLog())
        {
            var caller = call.User.Identity is CallerIdentity { Caller: var known } ? $"{RoleOf(known)} {SafeText.Of(known.Name)}" : "nobody";
            Log.LimitReached(logger, Names.Of(reason), MethodOf(call), AddressOf(call), caller);
        }
    }

    /// <summary>An address has as many connections as it may, or makes them too fast.</summary>
    public void ConnectionRefused(IPAddress address)
    {
        CallMeter.ConnectionRefused();
        if (MayLog())
        {
            Log.ConnectionRefused(logger, address.ToString());
        }
    }

    /// <summary>A connection was ended for its refused calls.</summary>
    public void ConnectionEnded(HttpContext call)
    {
        CallMeter.ConnectionEnded();
        if (MayLog())
        {
            Log.ConnectionEnded(logger, AddressOf(call));
        }
    }

    /// <summary>An external issuer did not answer, so its tokens were refused.</summary>
    public void IssuerNotReachable(string authority, Exception problem)
    {
        if (MayLog())
        {
            Log.IssuerNotReachable(logger, authority, SafeText.Of(problem.Message));
        }
    }

    /// <summary>A client made a link to an order.</summary>
    public void LinkMade(HttpContext call, long orderId)
    {
        if (logger.IsEnabled(LogLevel.Information) && MayLog())
        {
            var caller = call.User.ToCaller();
            Log.LinkMade(logger, orderId, RoleOf(caller), SafeText.Of(caller.Name));
        }
    }

    private static string RoleOf(Caller caller) => caller.OnlyOrder == 0
        ? RoleNames.Of(caller.Role)
        : string.Create(CultureInfo.InvariantCulture, $"the link to order {caller.OnlyOrder} of {RoleNames.Of(caller.Role)}");

    private static string MethodOf(HttpContext call) => SafeText.Of(call.Request.Path.Value ?? "");

    private static string AddressOf(HttpContext call) => call.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private bool MayLog()
    {
        lock (gate)
        {
            var now = registry.Time.GetUtcNow().ToUnixTimeSeconds();
            if (now != second)
            {
                if (passedOver > 0)
                {
                    Log.RefusalsNotLogged(logger, passedOver);
                }

                (second, lines, passedOver) = (now, 0, 0);
            }

            if (++lines <= SecurityLogLimits.RefusalsLoggedPerSecond)
            {
                return true;
            }

            passedOver++;
            return false;
        }
    }
}
