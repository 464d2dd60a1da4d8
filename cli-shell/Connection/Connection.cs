using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>A channel to the server, and what every call on it carries.</summary>
public sealed class Connection : IDisposable
{
    // The channel itself waits before it dials again, and fails calls meanwhile without trying.
    // Short, so that the retries of RetryingCalls and WatchFollower are real ones.
    private static readonly TimeSpan FirstRedial = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRedial = TimeSpan.FromSeconds(1);

    // A connection that a firewall or a sleeping machine has dropped says nothing by itself.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingAnswerWithin = TimeSpan.FromSeconds(10);

    private readonly GrpcChannel channel;
    private readonly bool knowsState;
    private readonly string authorization;
    private readonly string acceptLanguage;

    public Connection(CliSettings settings, string token, CliDependencies dependencies, Texts texts)
    {
        knowsState = dependencies.HttpHandler is null;
        authorization = "Bearer " + token;
        acceptLanguage = settings.Language.Tag();
        channel = GrpcChannel.ForAddress(settings.Server.Uri, new GrpcChannelOptions
        {
            HttpHandler = dependencies.HttpHandler?.Invoke() ?? MakeHandler(settings, texts),
            DisposeHttpClient = true,
            InitialReconnectBackoff = FirstRedial,
            MaxReconnectBackoff = LongestRedial,
        });
        Queries = new OrderQueryService.OrderQueryServiceClient(channel);
    }

    /// <summary>Reading and watching, which both roles do.</summary>
    public OrderQueryService.OrderQueryServiceClient Queries { get; }

    /// <summary>Commands of a client.</summary>
    public ClientService.ClientServiceClient Client => new(channel);

    /// <summary>Commands of a supplier.</summary>
    public SupplierService.SupplierServiceClient Supplier => new(channel);

    /// <summary>Sees the headers of each answer.</summary>
    public Action<Metadata> Answered { get; init; } = _ => { };

    /// <summary>Whether the server was reached at all, for telling an address that leads nowhere from a slow answer.</summary>
    public bool IsReached => !knowsState || channel.State is ConnectivityState.Ready or ConnectivityState.Idle;

    /// <summary>Who calls and in which language, until when.</summary>
    public CallOptions Options(DateTime? deadline, CancellationToken cancellation) => new(
        new Metadata { { "authorization", authorization }, { "accept-language", acceptLanguage }, { VersionNotice.Header, VersionNotice.Own } },
        deadline,
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => channel.Dispose();

    private static SocketsHttpHandler MakeHandler(CliSettings settings, Texts texts) => new()
    {
        ConnectTimeout = settings.Timeout,
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingAnswerWithin,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseProxy = false,
        SslOptions = MakeTls(settings, texts),
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
