using System.Net;

namespace OrderGrpc.Server.Security;

/// <summary>What must hold before the server opens its doors.</summary>
public static class StartRules
{
    /// <summary>Checks the data folder, which is made where it is missing, and the addresses.</summary>
    /// <exception cref="StartException">A rule is broken; the message says which, and what to do.</exception>
    public static void Check(ServerOptions options, TextWriter warnings)
    {
        PrepareData(options.Data);
        CheckAddresses(options, warnings);
    }

    /// <summary>Makes the data folder, for its owner only, and makes sure that it can be written.</summary>
    /// <exception cref="StartException">It is open to others, or cannot be written.</exception>
    public static void PrepareData(string data)
    {
        OwnerOnly.MakeFolder(data);
        DataLock.Take(data).Dispose();
    }

    /// <summary>Plain text is for loopback only, unless the operator insists.</summary>
    public static void CheckAddresses(ServerOptions options, TextWriter warnings)
    {
        var open = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(url => !IsSafe(BindingAddress.Parse(url))).ToArray();
        if (open.Length > 0 && !options.Insecure)
        {
            throw new StartException($"{open[0]} can be reached from other machines, and would carry orders and tokens in plain text. "
                + "Use https with --certificate, or listen on 127.0.0.1; --insecure does it all the same.");
        }

        foreach (var url in open)
        {
            warnings.WriteLine($"""
                ****************************************************************
                * WARNING: {url} is not encrypted.
                * Whoever can see its traffic can read every order, take every
                * token and act as any client or supplier. Use https.
                ****************************************************************
                """);
        }
    }

    private static bool IsSafe(BindingAddress address) =>
        address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase)
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
