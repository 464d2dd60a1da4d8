using System.Net;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>What must hold before the server opens its doors.</summary>
public static class StartRules
{
    /// <summary>Checks the addresses, the certificate, the external issuer and the data folder, where there is one: it is made where it is missing.</summary>
    /// <exception cref="StartException">A rule is broken; the message says which, and what to do.</exception>
    public static void Check(ServerOptions options, TextWriter warnings)
    {
        CheckAddresses(options, warnings);
        CheckMetricsAddresses(options, warnings);
        CheckCertificate(options);
        ExternalIssuer.Check(options);
        OwnerOnly.MakeAllFilesSo();
        if (options.Store.Length == 0)
        {
            PrepareData(options.Data);
        }
    }

    /// <summary>
    /// Makes the data folder, for its owner only, and makes sure that it can be written. From here on
    /// whatever this process makes is its owner's only: the database and its backups too.
    /// </summary>
    /// <exception cref="StartException">It or a file in it is open to others, or it cannot be written.</exception>
    public static void PrepareData(string data)
    {
        OwnerOnly.MakeAllFilesSo();
        OwnerOnly.MakeFolder(data);
        OwnerOnly.CheckFilesOf(data); // before any is opened: a link among them could lead out of it
        DataLock.Take(data).Dispose();
    }

    /// <summary>Plain text is for loopback only, unless the operator insists.</summary>
    /// <exception cref="StartException">An address that others can reach is not encrypted.</exception>
    public static void CheckAddresses(ServerOptions options, TextWriter warnings)
    {
        var open = AddressesOf(options).Where(address => !IsTls(address) && !IsLoopback(address.Host)).ToArray();
        if (open.Length > 0 && !options.Insecure)
        {
            throw new StartException($"{open[0]} can be reached from other machines, and would carry orders and tokens in plain text. "
                + "Use https with --certificate, or listen on 127.0.0.1; --insecure does it all the same.");
        }

        foreach (var address in open)
        {
            warnings.WriteLine($"""
                ****************************************************************
                * WARNING: {address} is not encrypted.
                * Whoever can see its traffic can read every order, take every
                * token and act as any client or supplier. Use https.
                ****************************************************************
                """);
        }
    }

    /// <summary>The page of metrics asks for no token: loopback only, unless the operator insists.</summary>
    /// <exception cref="StartException">Others can reach it.</exception>
    public static void CheckMetricsAddresses(ServerOptions options, TextWriter warnings)
    {
        foreach (var address in AddressesOf(options.MetricsUrls).Where(address => !IsLoopback(address.Host)))
        {
            if (!options.Insecure)
            {
                throw new StartException($"The metrics on {address} could be read from other machines by anybody. Use 127.0.0.1; --insecure does it all the same.");
            }

            warnings.WriteLine($"server: WARNING: whoever reaches {address} can read the metrics: how many orders, calls and watches there are.");
        }
    }

    /// <summary>Whether the parties of this machine get their tokens by themselves: not of a server that other machines reach.</summary>
    public static bool WantsLocalTokens(ServerOptions options) => options.LocalTokens switch
    {
        LocalTokens.Auto => AddressesOf(options).All(address => IsLoopback(address.Host)),
        var told => told == LocalTokens.On,
    };

    /// <summary>The certificate's settings go together, and its files can be read.</summary>
    /// <exception cref="StartException">One is missing or without use, or a file is not what it must be.</exception>
    public static void CheckCertificate(ServerOptions options)
    {
        if (AddressesOf(options).Any(IsTls))
        {
            if (options.Certificate.Length == 0)
            {
                throw new StartException("https needs a certificate: --certificate FILE (PEM with --certificate-key, or PFX with --certificate-password-file).");
            }

            ServerCertificate.Open(options, _ => { });
        }
        else if (options.Certificate.Length + options.CertificateKey.Length + options.CertificatePasswordFile.Length + options.ClientCa.Length > 0)
        {
            throw new StartException("A certificate or --client-ca is set, but no address of --urls is https.");
        }
    }

    /// <summary>The addresses to listen on.</summary>
    internal static IEnumerable<BindingAddress> AddressesOf(ServerOptions options) => AddressesOf(options.Urls);

    internal static IEnumerable<BindingAddress> AddressesOf(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse);

    internal static bool IsTls(BindingAddress address) => address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
}
