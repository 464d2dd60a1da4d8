using System.Security.Cryptography.X509Certificates;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The tools over TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly PrivateFolder files = new();
    private readonly TestAuthority authority = new("root");

    public void Dispose()
    {
        authority.Dispose();
        files.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_an_authority_that_was_named_is_trusted_and_no_other()
    {
        await using var server = await StartAsync(clientCa: "");
        var cli = Cli(server);
        var result = await cli.ClientAsync("order", "list", "--output", "json", "--ca-file", files.Write("ca.pem", authority.ToPem()));
        Assert.Equal((ExitCodes.Done, "[]\n", ""), (result.ExitCode, result.Output, result.Error));

        using var stranger = new TestAuthority("stranger");
        Assert.Equal(ExitCodes.Unreachable, (await cli.ClientAsync("order", "list", "--ca-file", files.Write("other.pem", stranger.ToPem()))).ExitCode);
        Assert.Equal(ExitCodes.Unreachable, (await cli.ClientAsync("order", "list")).ExitCode);
    }

    [Fact]
    public async Task A_client_shows_its_own_certificate_where_the_server_asks_for_one()
    {
        var ca = files.Write("ca.pem", authority.ToPem());
        await using var server = await StartAsync(clientCa: ca);
        var cli = Cli(server);
        cli["ORDERGRPC_CA_FILE"] = ca;
        Assert.Equal(ExitCodes.Unreachable, (await cli.ClientAsync("order", "list")).ExitCode);

        using var own = authority.Issue(TestAuthority.ForClients);
        using var key = own.GetECDsaPrivateKey()!;
        cli["ORDERGRPC_CERT"] = files.Write("client.pem", own.ExportCertificatePem());
        cli["ORDERGRPC_KEY"] = files.Write("client.key", key.ExportPkcs8PrivateKeyPem());
        var result = await cli.ClientAsync("order", "list", "--output", "json");
        Assert.Equal((ExitCodes.Done, "[]\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    private async Task<TestServer> StartAsync(string clientCa)
    {
        using var certificate = authority.Issue();
        var pem = TestAuthority.Pem(files, certificate);
        return await TestServer.StartAsync(options =>
            (options.Urls, options.Certificate, options.CertificateKey, options.ClientCa) = (pem.Urls, pem.Certificate, pem.CertificateKey, clientCa));
    }

    private CliRun Cli(TestServer server) => new(server.Address, files["config"])
    {
        ["ORDERGRPC_TOKEN_FILE"] = files.Write("token", server.Issue(Role.Client, "client")),
    };
}
