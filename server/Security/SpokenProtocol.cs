using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Which HTTP a connection speaks: under TLS what was agreed on, and else what its first bytes are. HTTP/2 begins
/// with a preface of 24 bytes that no request of HTTP/1.1 begins with (RFC 9113, 3.4). Nothing is taken of them.
/// </summary>
public sealed class SpokenProtocol : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    private static readonly SpokenProtocol Http2 = new();

    private SpokenProtocol()
    {
    }

    /// <summary>What HTTP/2 begins with.</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

    public X509Certificate2? ClientCertificate
    {
        get => null;
        set => throw new NotSupportedException();
    }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);

    /// <summary>Whether the connection was found to speak HTTP/2.</summary>
    public static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>() is { } agreed && agreed.ApplicationProtocol.Span.SequenceEqual(Http2.ApplicationProtocol.Span);

    /// <summary>The step of a connection after TLS.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next, ConnectionLimits limits, TimeProvider time) => async connection =>
    {
        if (connection.Features.Get<ITlsApplicationProtocolFeature>() is { ApplicationProtocol.IsEmpty: false })
        {
            await next(connection);
            return;
        }

        switch (await LookAsync(connection, limits, time))
        {
            case true:
                // Kestrel takes HTTP/2 beside HTTP/1.1 only from what TLS has agreed on.
                connection.Features.Set<ITlsApplicationProtocolFeature>(Http2);
                if (connection.Features.Get<ITlsConnectionFeature>() is null)
                {
                    connection.Features.Set<ITlsConnectionFeature>(Http2);
                }

                await next(connection);
                break;
            case false:
                await next(connection);
                break;
        }
    };

    // Null where it has said too little to tell, and is gone, or has had its time.
    private static async Task<bool?> LookAsync(ConnectionContext connection, ConnectionLimits limits, TimeProvider time)
    {
        using var late = new CancellationTokenSource(limits.FirstBytes, time);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.ConnectionClosed, ClosingOf(connection));
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(closing.Token);
                var isHttp2 = IsPreface(read.Buffer);
                connection.Transport.Input.AdvanceTo(read.Buffer.Start, isHttp2 is null ? read.Buffer.End : read.Buffer.Start);
                if (isHttp2 is not null || read.IsCompleted)
                {
                    return isHttp2;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static CancellationToken ClosingOf(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;

    // Null where all of it so far is the preface's begin.
    private static bool? IsPreface(ReadOnlySequence<byte> bytes)
    {
        Span<byte> begin = stackalloc byte[Preface.Length];
        begin = begin[..(int)Math.Min(bytes.Length, Preface.Length)];
        bytes.Slice(0, begin.Length).CopyTo(begin);
        return !begin.SequenceEqual(Preface[..begin.Length]) ? false : begin.Length == Preface.Length ? true : null;
    }
}
