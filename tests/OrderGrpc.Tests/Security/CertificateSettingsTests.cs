using System.Security.Cryptography.X509Certificates;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Tests.Security;

public sealed class CertificateSettingsTests : IDisposable
{
    private readonly PrivateFolder files = new();
    private readonly TestAuthority authority = new("root");
    private readonly X509Certificate2 certificate;
    private readonly ServerOptions options;

    public CertificateSettingsTests()
    {
        certificate = authority.Issue();
        options = TestAuthority.Pem(files, certificate);
    }

    public void Dispose()
    {
        certificate.Dispose();
        authority.Dispose();
        files.Dispose();
    }

    [Fact]
    public void A_certificate_with_its_key_is_taken() => StartRules.CheckCertificate(options);

    [Fact]
    public void Https_needs_a_certificate() => Refused("https needs a certificate", certificate: "", key: "");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_certificate_or_an_authority_for_clients_needs_https(bool isAuthority)
    {
        var plain = new ServerOptions { Certificate = isAuthority ? "" : options.Certificate, ClientCa = isAuthority ? options.Certificate : "" };
        Assert.Contains("no address of --urls is https", Assert.Throws<StartException>(() => StartRules.CheckCertificate(plain)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Refused(files["no.pem"], certificate: files["no.pem"]);
        Refused(files["no.key"], key: files["no.key"]);
        Refused(files["no.password"], password: files["no.password"]);
        Refused(files["no.ca"], ca: files["no.ca"]);
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused()
    {
        Refused("--certificate", certificate: files.Write("garbage.pfx", "garbage"));
        Refused("--certificate", key: files.Write("garbage.key", "garbage"));
        Refused("--client-ca", ca: files.Write("empty.pem", ""));
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused()
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        Refused("--certificate", key: "");
        Refused("no private key", certificate: files.Write("bare.pfx", bare.Export(X509ContentType.Pkcs12)), key: "");
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        using var another = authority.Issue();
        using var key = another.GetECDsaPrivateKey()!;
        Refused("--certificate", key: files.Write("another.key", key.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_PFX_opens_with_its_password_only()
    {
        var pfx = files.Write("locked.pfx", certificate.Export(X509ContentType.Pkcs12, "s3cret"));
        Refused("--certificate", certificate: pfx, key: "");
        Refused("--certificate", certificate: pfx, key: "", password: files.Write("wrong", "guess\n"));
        StartRules.CheckCertificate(Options(pfx, "", files.Write("right", "s3cret\n"), ""));
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("key")]
    [InlineData("password")]
    [InlineData("ca")]
    public void A_file_behind_a_folder_that_may_not_be_entered_is_refused_with_a_clear_word(string which)
    {
        using var open = new PrivateFolder(); // whose files anybody reads, but the one
        PrivateFolder.Widen(open.Path, UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        string Move(string file)
        {
            File.Copy(file, open[Path.GetFileName(file)]);
            PrivateFolder.Widen(open[Path.GetFileName(file)], UnixFileMode.OtherRead);
            return open[Path.GetFileName(file)];
        }

        var password = files.Write("password", "none");
        var settings = Options(
            which == "certificate" ? options.Certificate : Move(options.Certificate),
            options.CertificateKey,
            which == "password" ? password : "",
            which == "ca" ? options.Certificate : "");
        var refused = Owners.AsNobody(() => Record.Exception(() => StartRules.CheckCertificate(settings)));
        Assert.StartsWith($"--certificate {settings.Certificate} cannot be read: ", Assert.IsType<StartException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_somebody_elses_is_refused()
    {
        Owners.Give(options.CertificateKey);
        Refused("belongs to another user");
    }

    [Fact]
    public void A_key_may_be_open_to_a_group_and_not_to_everybody()
    {
        PrivateFolder.Widen(options.CertificateKey, UnixFileMode.GroupRead);
        StartRules.CheckCertificate(options);
        PrivateFolder.Widen(options.CertificateKey, UnixFileMode.OtherRead);
        Refused($"chmod o= '{options.CertificateKey}'");
    }

    private static ServerOptions Options(string certificate, string key, string password, string ca) => new()
    {
        Urls = "https://127.0.0.1:0",
        Certificate = certificate,
        CertificateKey = key,
        CertificatePasswordFile = password,
        ClientCa = ca,
    };

    private void Refused(string says, string? certificate = null, string? key = null, string password = "", string ca = "")
    {
        var wrong = Options(certificate ?? options.Certificate, key ?? options.CertificateKey, password, ca);
        Assert.Contains(says, Assert.Throws<StartException>(() => StartRules.CheckCertificate(wrong)).Message, StringComparison.Ordinal);
    }
}
