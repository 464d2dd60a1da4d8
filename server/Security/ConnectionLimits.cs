namespace OrderGrpc.Server.Security;

/// <summary>
/// The connections, of HTTP/2 and of HTTP/1.1, which has one stream and no frames. Headers have room for a token, requests for the largest order. Those
/// that are unproven have had no good call yet.
/// </summary>
public sealed record ConnectionLimits
{
    public int Connections { get; init; } = 10_000;

    public int UnprovenConnections { get; init; } = 1000; // of all addresses

    public int UnprovenStreams { get; init; } = 16; // of one connection at once

    public int UnprovenStreamsUnderAttack { get; init; } = 2; // where the address has had more calls refused than it may: a watch of health, and a call

    public int UnprovenRefusals { get; init; } = 16; // of one connection, before it is ended

    public int UnprovenFrames { get; init; } = 256; // of one connection, in the time until its first good call

    public int AddressesRemembered { get; init; } = 20_000;

    public int Headers { get; init; } = 64;

    public int HeaderBytes { get; init; } = 8 << 10;

    public int HeaderFieldBytes { get; init; } = 5 << 10;

    public int ProxiedHeaderBytes { get; init; } = 64 << 10; // as HeaderFieldBytes, where there are trusted proxies: more than they let through, as past it the connection ends

    public int ForwardedHops { get; init; } = 16; // of X-Forwarded-For that are looked at, from the last on

    public int MessageBytes { get; init; } = 256 << 10;

    public int UnreadBytes { get; init; } = 64 << 10; // of one connection: what is more waits in its socket

    public int SocketBytes { get; init; } = 128 << 10; // which takes so much, and what is more stays with its sender

    public int RequestBytes => MessageBytes + 5; // a message and its frame; streams of messages have no limit in sum

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan FirstBytes { get; init; } = TimeSpan.FromSeconds(60); // within it a connection has said which HTTP it speaks; a stranger's has less, as below

    public TimeSpan FirstCall { get; init; } = TimeSpan.FromSeconds(10); // within it a connection has its first good call

    public TimeSpan ClosingConnection { get; init; } = TimeSpan.FromSeconds(2); // within it a stranger's goes, once told so

    public TimeSpan StoppingConnection { get; init; } = TimeSpan.FromSeconds(2); // within it what was answered is read, once the server stops

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5); // in which nothing is read of a connection whose caller floods

    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan IdleConnection { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
