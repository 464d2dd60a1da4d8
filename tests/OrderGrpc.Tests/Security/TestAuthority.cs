using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrderGrpc.Server;

namespace OrderGrpc.Tests.Security;

/// <summary>A certificate authority of a test.</summary>
public sealed class TestAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name, TestAuthority? issuer = null)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (issuer is null)
        {
            Certificate = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        }
        else
        {
            using var signed = request.Create(issuer.Certificate, Now.AddDays(-1), Now.AddDays(1), RandomNumberGenerator.GetBytes(8));
            Certificate = signed.CopyWithPrivateKey(key);
        }
    }

    public X509Certificate2 Certificate { get; }

    public string ToPem() => Certificate.ExportCertificatePem() + "\n";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate for localhost, by name and by number or by one of them, good for a day, or expired an hour ago.</summary>
    public X509Certificate2 Issue(string purpose = ForServers, bool expired = false, bool byName = true, bool byNumber = true)
    {
        using var leaf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", leaf, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (byName)
        {
            names.AddDnsName("localhost");
        }

        if (byNumber)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        using var signed = request.Create(Certificate, Now.AddHours(-23), expired ? Now.AddHours(-1) : Now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(leaf);
    }

    /// <summary>Writes server.pem and server.key, and the options for them.</summary>
    public static ServerOptions Pem(PrivateFolder files, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return new ServerOptions
        {
            Urls = "https://127.0.0.1:0",
            Certificate = files.Write("server.pem", certificate.ExportCertificatePem()),
            CertificateKey = files.Write("server.key", key.ExportPkcs8PrivateKeyPem()),
        };
    }

    /// <summary>The certificate that a server shows to a client of this protocol.</summary>
    public static async Task<X509Certificate2> ServedAsync(string address, SslApplicationProtocol protocol)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(address).Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [protocol], EnabledSslProtocols = SslProtocols.None }, TestContext.Current.CancellationToken);
        Assert.Equal(protocol, tls.NegotiatedApplicationProtocol);
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }
}
