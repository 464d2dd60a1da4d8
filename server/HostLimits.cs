namespace OrderGrpc.Server;

/// <summary>How long a stopping server waits for what runs, and how much may go to the log.</summary>
public static class HostLimits
{
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FailureExit = TimeSpan.FromMilliseconds(500);
    public const int LogLineLength = 8000;
    public const int LogBytesPerSecond = 256 << 10;
    public const int FrameworkLogBytesPerSecond = 16 << 10; // those lines tell what strangers do
}
