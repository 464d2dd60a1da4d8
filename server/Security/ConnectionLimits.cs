namespace OrderGrpc.Server.Security;

/// <summary>
/// The connections, all of them HTTP/2. Headers have room for a token, requests for the largest order.
/// </summary>
public static class ConnectionLimits
{
    public const int Connections = 10_000;
    public const int StreamsPerConnection = 1000;
    public const int Headers = 64;
    public const int HeaderBytes = 16 << 10;
    public const int HeaderFieldBytes = 12 << 10;
    public const int MessageBytes = 256 << 10;
    public const int RequestBytes = MessageBytes + 5; // a message and its frame; streams of messages have no limit in sum
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan IdleConnection = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);
}
