using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using OrderGrpc.Server;
using OrderGrpc.Tests.Strangers;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class TransportTests : IAsyncLifetime
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly PrivateFolder files = new();
    private readonly TestAuthority authority = new("root");
    private readonly List<GuardedServer> servers = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(files["data"]);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));

        authority.Dispose();
        files.Dispose();
    }

    [Fact]
    public async Task A_PEM_certificate_with_its_key_beside_it_is_served()
    {
        using var certificate = authority.Issue();
        var server = await StartAsync(TestAuthority.Pem(files, certificate));

        Assert.Equal("client:acme", await CallAsync(server));
        Assert.Equal(certificate.SerialNumber, (await ConnectAsync(server)).SerialNumber);
    }

    [Fact]
    public async Task A_PEM_file_with_everything_in_it_is_served()
    {
        using var certificate = authority.Issue();
        using var key = certificate.GetECDsaPrivateKey()!;
        var path = files.Write("all.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());

        Assert.Equal("client:acme", await CallAsync(await StartAsync(new ServerOptions { Certificate = path })));
    }

    [Fact]
    public async Task An_encrypted_key_is_opened_with_the_password_file()
    {
        using var certificate = authority.Issue();
        using var key = certificate.GetECDsaPrivateKey()!;
        var options = TestAuthority.Pem(files, certificate);
        options.CertificateKey = files.Write("key.pem", key.ExportEncryptedPkcs8PrivateKeyPem("s3cret", Encryption));
        options.CertificatePasswordFile = files.Write("password", "s3cret\n");

        Assert.Equal("client:acme", await CallAsync(await StartAsync(options)));
    }

    [Fact]
    public async Task A_PFX_is_served_with_the_certificates_up_to_the_root()
    {
        using var between = new TestAuthority("between", authority);
        using var certificate = between.Issue();
        var pfx = new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(between.Certificate.RawData) };
        var options = new ServerOptions
        {
            Certificate = files.Write("server.pfx", pfx.Export(X509ContentType.Pkcs12, "s3cret")!),
            CertificatePasswordFile = files.Write("password", "s3cret\n"),
        };

        Assert.Equal("client:acme", await CallAsync(await StartAsync(options)));
    }

    [Fact]
    public async Task A_PEM_chain_is_served_up_to_the_root()
    {
        using var between = new TestAuthority("between", authority);
        using var certificate = between.Issue();
        var options = TestAuthority.Pem(files, certificate);
        files.Write("server.pem", certificate.ExportCertificatePem() + "\n" + between.ToPem());

        Assert.Equal("client:acme", await CallAsync(await StartAsync(options)));
    }

    [Fact]
    public async Task A_renewed_certificate_is_served_to_the_next_connection_and_a_half_renewed_one_is_not()
    {
        using var before = authority.Issue();
        using var after = authority.Issue();
        using var key = after.GetECDsaPrivateKey()!;
        var server = await StartAsync(TestAuthority.Pem(files, before));
        using var running = Channel(server);
        await CallAsync(server, running);

        files.Write("server.pem", after.ExportCertificatePem());
        Assert.Equal(before.SerialNumber, (await ConnectAsync(server)).SerialNumber);
        Assert.Contains("[108]", server.Log.All, StringComparison.Ordinal);

        files.Write("server.key", key.ExportPkcs8PrivateKeyPem());
        Assert.Equal(after.SerialNumber, (await ConnectAsync(server)).SerialNumber);
        Assert.Equal("client:acme", await CallAsync(server, running));
    }

    [Fact]
    public async Task A_certificate_renewed_by_a_folder_behind_a_link_is_served_too()
    {
        using var before = authority.Issue();
        using var after = authority.Issue();
        var options = TestAuthority.Pem(files, before);
        Keep("first");
        TestAuthority.Pem(files, after);
        Keep("second");
        File.CreateSymbolicLink(options.Certificate, files["current", "server.pem"]);
        File.CreateSymbolicLink(options.CertificateKey, files["current", "server.key"]);
        Directory.CreateSymbolicLink(files["current"], files["first"]);
        var server = await StartAsync(options);
        Assert.Equal(before.SerialNumber, (await ConnectAsync(server)).SerialNumber);

        Directory.Delete(files["current"]);
        Directory.CreateSymbolicLink(files["current"], files["second"]);

        Assert.Equal(after.SerialNumber, (await ConnectAsync(server)).SerialNumber);

        void Keep(string folder)
        {
            Directory.CreateDirectory(files[folder]);
            File.Move(options.Certificate, files[folder, "server.pem"]);
            File.Move(options.CertificateKey, files[folder, "server.key"]);
        }
    }

    [Fact]
    public async Task Where_an_authority_for_clients_is_set_only_its_clients_get_in()
    {
        using var strangers = new TestAuthority("root");
        using var certificate = authority.Issue();
        using var clients = new TestAuthority("clients");
        var options = TestAuthority.Pem(files, certificate);
        options.ClientCa = files.Write("clients.pem", clients.ToPem());
        var server = await StartAsync(options);

        Assert.Equal("client:acme", await CallAsync(server, Channel(server, clients.Issue(TestAuthority.ForClients))));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Channel(server, strangers.Issue(TestAuthority.ForClients))));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Channel(server, authority.Issue(TestAuthority.ForClients))));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Channel(server, clients.Issue(TestAuthority.ForServers))));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Channel(server, clients.Issue(TestAuthority.ForClients, expired: true))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HTTP_1_and_HTTP_2_are_served_on_one_port_with_and_without_TLS(bool tls)
    {
        using var certificate = authority.Issue();
        var server = await StartAsync(tls ? TestAuthority.Pem(files, certificate) : new ServerOptions());
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var http = new HttpClient(Handler());
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Address + "/open") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await http.SendAsync(request, Stop);
            Assert.Equal(("open", version), (await answer.Content.ReadAsStringAsync(Stop), answer.Version));
        }
    }

    [Theory]
    [InlineData("GET /open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "\0")] // and empty settings, which are answered with ours
    public async Task What_agrees_on_nothing_under_TLS_is_known_by_its_first_bytes(string sent, string answered)
    {
        using var certificate = authority.Issue();
        var server = await StartAsync(TestAuthority.Pem(files, certificate));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port, Stop);
        await using var tls = new SslStream(tcp.GetStream());
        using var handler = Handler();
        handler.SslOptions.TargetHost = "localhost";
        await tls.AuthenticateAsClientAsync(handler.SslOptions, Stop);
        foreach (var letter in Encoding.Latin1.GetBytes(sent))
        {
            await tls.WriteAsync(new[] { letter }, Stop); // however small the pieces are that it comes in
        }

        var begin = new byte[answered.Length];
        await tls.ReadExactlyAsync(begin, Stop);
        Assert.Equal(answered, Encoding.Latin1.GetString(begin));
    }

    [Fact]
    public async Task Who_begins_no_handshake_is_let_go_and_others_are_served_meanwhile()
    {
        using var certificate = authority.Issue();
        var server = await StartAsync(TestAuthority.Pem(files, certificate));
        using var silent = await RawHttp2.OpenSocketAsync(server.Address);

        Assert.Equal("client:acme", await CallAsync(server));
        await Assert.ThrowsAnyAsync<IOException>(silent.NextAsync); // its patience is longer than ConnectionLimits.HandshakeTimeout, on the real clock
    }

    private async Task<GuardedServer> StartAsync(ServerOptions options)
    {
        servers.Add(await GuardedServer.StartAsync(files["data"], options));
        return servers[^1];
    }

    private GrpcChannel Channel(GuardedServer server, X509Certificate2? client = null) =>
        GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = Handler(client), DisposeHttpClient = true });

    private SocketsHttpHandler Handler(X509Certificate2? client = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority.Certificate);
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => client;
        }

        return handler;
    }

    private async Task<string> CallAsync(GuardedServer server, GrpcChannel? channel = null)
    {
        using var own = channel is null ? Channel(server) : null;
        var queries = new OrderQueryService.OrderQueryServiceClient(channel ?? own);
        var headers = new Metadata { { "authorization", "Bearer " + server.Issue(Role.Client, "acme") } };
        return (await queries.GetOrderAsync(new GetOrderRequest(), headers, cancellationToken: Stop)).Order.Client;
    }

    private static Task<X509Certificate2> ConnectAsync(GuardedServer server) => TestAuthority.ServedAsync(server.Address, SslApplicationProtocol.Http2);
}
