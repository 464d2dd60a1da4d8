namespace OrderGrpc.Server.Telemetry;

/// <summary>What the page of metrics takes of strangers, and how long the end of the server waits for a collector.</summary>
public static class TelemetryLimits
{
    public const int PageConnections = 32;
    public const int PageHeaderBytes = 8 << 10;
    public static readonly TimeSpan LastExport = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan PageHeadersTimeout = TimeSpan.FromSeconds(10);
}
