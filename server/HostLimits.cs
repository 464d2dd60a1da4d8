namespace OrderGrpc.Server;

/// <summary>How long a stopping server waits for what runs.</summary>
public static class HostLimits
{
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FailureExit = TimeSpan.FromMilliseconds(500);
}
