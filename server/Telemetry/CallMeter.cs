using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>What calls and connections tell. Of this process and not of one server in it: refusals are made in one place, which belongs to none.</summary>
public static class CallMeter
{
    private static readonly Meter Meter = new("OrderGrpc.Calls");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("ordergrpc.refusals", "{refusal}", "Calls that were refused, by the reason of the contract.");

    private static readonly Counter<long> Connections =
        Meter.CreateCounter<long>("ordergrpc.connections.refused", "{connection}", "Connections that were refused or ended for what their address did.");

    /// <summary>As the conventions for gRPC have it. Without the calls that had no good token: those are refusals.</summary>
    public static Histogram<double> Duration { get; } =
        Meter.CreateHistogram("rpc.server.call.duration", "s", "Calls, from when they were let in to their status.", null, Buckets.Seconds);

    /// <summary>A call was refused.</summary>
    public static void Refused(string reason)
    {
        if (Refusals.Enabled)
        {
            Refusals.Add(1, new KeyValuePair<string, object?>("ordergrpc.reason", reason));
        }
    }

    /// <summary>A connection was refused as one too many of its address.</summary>
    public static void ConnectionRefused() => Count("address_limit");

    /// <summary>A connection was ended for its calls without a good token.</summary>
    public static void ConnectionEnded() => Count("refused_calls");

    private static void Count(string reason) => Connections.Add(1, new KeyValuePair<string, object?>("ordergrpc.reason", reason));
}
