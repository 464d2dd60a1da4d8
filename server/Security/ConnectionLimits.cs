namespace OrderGrpc.Server.Security;

/// <summary>
/// The connections, all of them HTTP/2. Headers have room for a token, requests for the largest order. Those
/// that are unproven have had no good call yet.
/// </summary>
public static class ConnectionLimits
{
    public const int Connections = 10_000;
    public const int UnprovenConnections = 1000; // of all addresses
    public const int UnprovenStreams = 16; // of one connection at once
    public const int UnprovenStreamsUnderAttack = 2; // where the address has had more calls refused than it may: a watch of health, and a call
    public const int UnprovenRefusals = 16; // of one connection, before it is ended
    public const int UnprovenFrames = 256; // of one connection, in the time until its first good call
    public const int AddressesRemembered = 20_000;
    public const int Headers = 64;
    public const int HeaderBytes = 8 << 10;
    public const int HeaderFieldBytes = 5 << 10;
    public const int MessageBytes = 256 << 10;
    public const int UnreadBytes = 64 << 10; // of one connection: what is more waits in its socket
    public const int SocketBytes = 128 << 10; // which takes so much, and what is more stays with its sender
    public const int RequestBytes = MessageBytes + 5; // a message and its frame; streams of messages have no limit in sum
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FirstCall = TimeSpan.FromSeconds(10); // within it a connection has its first good call
    public static readonly TimeSpan ClosingConnection = TimeSpan.FromSeconds(2); // within it a stranger's goes, once told so
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5); // in which nothing is read of a connection whose caller floods
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan IdleConnection = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);
}
