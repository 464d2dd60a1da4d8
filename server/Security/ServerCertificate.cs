using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The certificate of the server, and the authority that clients' certificates come from. The files
/// are looked at for each new connection and read again when they have changed, so a renewed
/// certificate needs no restart. Where the new one cannot be read the one before serves on.
/// </summary>
public sealed class ServerCertificate
{
    private readonly ServerOptions options;
    private readonly Action<string> onFailure;
    private readonly Lock gate = new();
    private FileStamp[] seen;
    private volatile Loaded loaded;

    private ServerCertificate(ServerOptions options, Action<string> onFailure)
    {
        (this.options, this.onFailure) = (options, onFailure);
        seen = Stamps();
        loaded = Load();
    }

    /// <summary>Reads the files that the options name; onFailure hears why a later reading failed.</summary>
    /// <exception cref="StartException">A file is missing, is not what it must be, or is open to all.</exception>
    public static ServerCertificate Open(ServerOptions options, Action<string> onFailure) => new(options, onFailure);

    /// <summary>How the next connection is secured: HTTP/2 or HTTP/1.1 over TLS 1.2 or 1.3.</summary>
    public SslServerAuthenticationOptions ForNextConnection()
    {
        ReloadWhereChanged();
        var now = loaded;
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = now.Server,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        if (now.ClientAuthorities is { } authorities)
        {
            tls.ClientCertificateRequired = true;
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true, // a stranger's certificate must not send the server anywhere
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return tls;
    }

    private void ReloadWhereChanged()
    {
        lock (gate)
        {
            var stamps = Stamps();
            if (stamps.AsSpan().SequenceEqual(seen))
            {
                return;
            }

            seen = stamps; // one report for each change; a pair half replaced changes once more
            try
            {
                loaded = Load();
            }
            catch (StartException e)
            {
                onFailure(e.Message);
            }
        }
    }

    private FileStamp[] Stamps() =>
        [.. new[] { options.Certificate, options.CertificateKey, options.CertificatePasswordFile, options.ClientCa }
            .Select(path => path.Length > 0 ? FileStamp.Of(path) : default)];

    private Loaded Load()
    {
        var chain = Read(options.Certificate, "--certificate", () => IsPem(options.Certificate) ? ReadPem() : ReadPfx());
        var leaf = chain.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new StartException($"{options.Certificate} has no private key. Name its file with --certificate-key.");
        chain.Remove(leaf);
        var authorities = options.ClientCa.Length > 0 ? Read(options.ClientCa, "--client-ca", ReadAuthorities) : null;
        return new Loaded(SslStreamCertificateContext.Create(leaf, chain, offline: true), authorities);
    }

    private static bool IsPem(string path) => File.ReadAllText(path).Contains("-----BEGIN ", StringComparison.Ordinal);

    // The first certificate is the server's, those after it lead to the root.
    private X509Certificate2Collection ReadPem()
    {
        var key = options.CertificateKey.Length > 0 ? options.CertificateKey : options.Certificate;
        SecretFile.Check(key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.Certificate);
        chain[0] = ReadPassword() is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(options.Certificate, password, key)
            : X509Certificate2.CreateFromPemFile(options.Certificate, key);
        return chain;
    }

    private X509Certificate2Collection ReadPfx()
    {
        SecretFile.Check(options.Certificate);
        return X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Certificate, ReadPassword());
    }

    private X509Certificate2Collection ReadAuthorities()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(options.ClientCa);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it has no certificate in PEM.");
    }

    private string? ReadPassword()
    {
        if (options.CertificatePasswordFile.Length == 0)
        {
            return null;
        }

        SecretFile.Check(options.CertificatePasswordFile);
        return File.ReadAllText(options.CertificatePasswordFile).TrimEnd('\r', '\n');
    }

    private static T Read<T>(string path, string flag, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException($"{flag} {path} cannot be read: {e.Message}", e);
        }
    }

    private sealed record Loaded(SslStreamCertificateContext Server, X509Certificate2Collection? ClientAuthorities);
}
