using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OrderGrpc.Server.Security;

/// <summary>The doors of the server: its addresses, HTTP/2 and HTTP/1.1 at one, TLS, and what a connection may take.</summary>
public static class Transport
{
    // A line of HTTP/1.1 ends with CR LF: where one reader takes LF alone and another does not, they find different requests.
    private const string OnlyWholeLineEnds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Sets up Kestrel for the addresses of the options. Nothing else may set addresses.</summary>
    /// <exception cref="StartException">The certificate cannot be read.</exception>
    public static void ConfigureKestrel(KestrelServerOptions kestrel, ServerOptions options, ConnectionLimits limits)
    {
        Limit(kestrel, options, limits);
        if (!kestrel.ApplicationServices.GetRequiredService<TrustedProxies>().AreNone)
        {
            AllowForProxies(kestrel, limits);
        }

        var tls = new Lazy<TlsHandshakeCallbackOptions>(() => Secure(kestrel, options, limits));
        var count = new Lazy<ConnectionCount>(() => Count(kestrel.ApplicationServices, options, limits));
        foreach (var address in StartRules.AddressesOf(options))
        {
            Listen(kestrel, address, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.Use(count.Value.Guard);
                endpoint.Use(next => ConnectionUse.Guard(next, kestrel.ApplicationServices));
                if (StartRules.IsTls(address))
                {
                    endpoint.UseHttps(tls.Value);
                }

                endpoint.Use(next => SpokenProtocol.Guard(next, limits, kestrel.ApplicationServices.GetRequiredService<TimeProvider>()));
                endpoint.Use(StrangerFrames.Guard);
            });
        }
    }

    /// <summary>Sets up the sockets: what nobody has read yet of a connection is little, whoever sends it.</summary>
    public static void ConfigureSockets(SocketTransportOptions sockets, ConnectionLimits limits)
    {
        sockets.MaxReadBufferSize = limits.UnreadBytes;
        sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.ReceiveBufferSize = limits.SocketBytes; // those that it accepts have it from here
            return socket;
        };
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options, ConnectionLimits own)
    {
        AppContext.SetSwitch(OnlyWholeLineEnds, true); // which Kestrel asks for, and has no setting of its own
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // HTTP/2 in plain text says http, whatever its connection is taken for
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = own.Connections;
        limits.MaxRequestHeadersTotalSize = own.HeaderBytes;
        limits.MaxRequestHeaderCount = own.Headers;
        limits.MaxRequestLineSize = own.HeaderFieldBytes;
        limits.MaxRequestBufferSize = own.UnreadBytes;
        limits.MaxRequestBodySize = own.RequestBytes;
        limits.RequestHeadersTimeout = own.HeadersTimeout;
        limits.KeepAliveTimeout = own.IdleConnection; // for those that never begin; ConnectionUse has the others
        limits.Http2.InitialStreamWindowSize = own.RequestBytes; // no more of a request waits than a good one may have
        limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection; // before its first good call, StrangerFrames has less
        limits.Http2.MaxRequestHeaderFieldSize = own.HeaderFieldBytes;
        // The table of indexed headers stays at 4096 bytes: callers may count on that until they have read
        // our settings, and many send their first call before. What is small is what a header may be.
        // A peer that is gone without a word is found by pings, so that its watches end.
        limits.Http2.KeepAlivePingDelay = own.PingDelay;
        limits.Http2.KeepAlivePingTimeout = own.PingTimeout;
        // A watcher may read as slowly as it likes. A request may not come slowly: that default stays,
        // and gRPC lifts it for calls that stream requests.
        limits.MinResponseDataRate = null;
    }

    // Kestrel ends a connection for headers that are far too large or no UTF-8, and through a proxy that is
    // everybody's. So they may be what a proxy lets through; past half of the size the call alone is refused.
    private static void AllowForProxies(KestrelServerOptions kestrel, ConnectionLimits limits)
    {
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = limits.ProxiedHeaderBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.ProxiedHeaderBytes / 2;
    }

    private static ConnectionCount Count(IServiceProvider services, ServerOptions options, ConnectionLimits limits) => new(
        options.MaxConnectionsPerAddress,
        new AddressBuckets(options.MaxNewConnectionsPerSecond, limits.AddressesRemembered, services.GetRequiredService<TimeProvider>()),
        services.GetRequiredService<TrustedProxies>(),
        address => services.GetRequiredService<SecurityLog>().ConnectionRefused(address));

    private static TlsHandshakeCallbackOptions Secure(KestrelServerOptions kestrel, ServerOptions options, ConnectionLimits limits)
    {
        var logger = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger<ServerCertificate>();
        var certificate = ServerCertificate.Open(options, problem => Log.CertificateNotReadable(logger, problem));
        return new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = limits.HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(certificate.ForNextConnection()),
        };
    }

    // A name other than localhost stands for every address, as it does for Kestrel.
    internal static void Listen(KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> configure)
    {
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.ListenLocalhost(address.Port, configure);
        }
        else if (IPAddress.TryParse(address.Host, out var ip))
        {
            kestrel.Listen(ip, address.Port, configure);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, configure);
        }
    }
}
