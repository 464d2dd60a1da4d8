using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>The way to the server, or to those of a deployment, and what every call on it carries.</summary>
public sealed class Connection : IDisposable
{
    // The channel itself waits before it dials again, and fails calls meanwhile without trying.
    // Short, so that the retries of RetryingCalls and WatchFollower are real ones.
    private static readonly TimeSpan FirstRedial = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRedial = TimeSpan.FromSeconds(1);

    // A connection that a firewall or a sleeping machine has dropped says nothing by itself.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingAnswerWithin = TimeSpan.FromSeconds(10);

    // Where there is another to go on with, one that hangs is found within the time of a command.
    private static readonly TimeSpan PingOneOfManyAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OneOfManyAnswersWithin = TimeSpan.FromSeconds(3);

    private readonly string authorization;
    private readonly string acceptLanguage;

    public Connection(CliSettings settings, string token, Texts texts)
    {
        authorization = "Bearer " + token;
        acceptLanguage = settings.Language.Tag();
        var tls = MakeTls(settings, texts);
        Servers = new ServerInvoker(settings.Server.All, server => GrpcChannel.ForAddress(server.Uri, new GrpcChannelOptions
        {
            HttpHandler = MakeHandler(settings, tls),
            DisposeHttpClient = true,
            InitialReconnectBackoff = FirstRedial,
            MaxReconnectBackoff = LongestRedial,
        }));
        Queries = new OrderQueryService.OrderQueryServiceClient(Servers);
        Client = new ClientService.ClientServiceClient(Servers);
        Supplier = new SupplierService.SupplierServiceClient(Servers);
    }

    /// <summary>Which server is called, and how to go on with another.</summary>
    public ServerInvoker Servers { get; }

    /// <summary>Reading and watching, which both roles do.</summary>
    public OrderQueryService.OrderQueryServiceClient Queries { get; }

    /// <summary>Commands of a client.</summary>
    public ClientService.ClientServiceClient Client { get; }

    /// <summary>Commands of a supplier.</summary>
    public SupplierService.SupplierServiceClient Supplier { get; }

    /// <summary>Sees the headers of each answer.</summary>
    public Action<Metadata> Answered { get; init; } = _ => { };

    /// <summary>Who calls and in which language, until when.</summary>
    public CallOptions Options(DateTime? deadline, CancellationToken cancellation) => new(
        new Metadata { { "authorization", authorization }, { "accept-language", acceptLanguage }, { VersionNotice.Header, VersionNotice.Own } },
        deadline,
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => Servers.Dispose();

    // Each of several gets its part of the time, so that the last is tried within it.
    private static SocketsHttpHandler MakeHandler(CliSettings settings, SslClientAuthenticationOptions tls) => new()
    {
        ConnectTimeout = settings.Timeout / settings.Server.All.Count,
        KeepAlivePingDelay = settings.Server.All.Count > 1 ? PingOneOfManyAfter : PingAfter,
        KeepAlivePingTimeout = settings.Server.All.Count > 1 ? OneOfManyAnswersWithin : PingAnswerWithin,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseProxy = false,
        SslOptions = tls,
    };

    private static SslClientAuthenticationOptions MakeTls(CliSettings settings, Texts texts)
    {
        var tls = new SslClientAuthenticationOptions();
        if (settings.CaFile is { } caFile)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ReadPem(caFile, texts, () => policy.CustomTrustStore.ImportFromPemFile(caFile));
            tls.CertificateChainPolicy = policy;
        }

        if (settings is { CertificateFile: { } certificateFile, KeyFile: { } keyFile })
        {
            ReadPem(certificateFile, texts, () => tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificateFile, keyFile)]);
        }

        return tls;
    }

    private static void ReadPem(string file, Texts texts, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(texts.Format(Text.CertificateUnreadable, file, texts.CauseOf(failure)));
        }
    }
}
