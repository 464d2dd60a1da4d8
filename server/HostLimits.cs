namespace OrderGrpc.Server;

/// <summary>How long a stopping server waits for what runs, and how much may go to the log.</summary>
public sealed record HostLimits
{
    public const int MostDrainSeconds = 60;
    public const int LogLineLength = 8000;
    public const int LogBytesPerSecond = 256 << 10;
    public const int FrameworkLogBytesPerSecond = 16 << 10; // those lines tell what strangers do

    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ReadinessCheck { get; init; } = TimeSpan.FromSeconds(1); // whether the store can be reached, for those who watch health

    public TimeSpan FailureExit { get; init; } = TimeSpan.FromMilliseconds(500);
}
