using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace OrderGrpc.CliShell;

/// <summary>Where the server is: scheme, host and port, nothing more.</summary>
public sealed partial class ServerAddress
{
    private const string LoopbackName = "localhost";

    private ServerAddress(Uri uri) => Uri = uri;

    /// <summary>The address as a URI without a path.</summary>
    public Uri Uri { get; }

    /// <summary>Whether what is sent there, the token too, can be read on the way.</summary>
    public bool IsUnprotected => Uri.Scheme == Uri.UriSchemeHttp && !Uri.IsLoopback;

    /// <summary>
    /// How files that belong to this server are named: host_port, where all names of the loopback
    /// count as localhost, so that http://127.0.0.1:8803 and http://[::1]:8803 share a token.
    /// </summary>
    public string FileStem
    {
        get
        {
            var host = IsLoopbackName(Uri) ? LoopbackName : HostOf(Uri);
            return string.Create(CultureInfo.InvariantCulture, $"{NotInFileName().Replace(host, "-")}_{Uri.Port}");
        }
    }

    /// <summary>Reads an http or https URL that has a host, and no path, user or query.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ServerAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0
            || uri.PathAndQuery != "/"
            || uri.UserInfo.Length > 0
            || uri.Fragment.Length > 0)
        {
            return false;
        }

        address = new ServerAddress(uri);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Uri.GetLeftPart(UriPartial.Authority);

    // An IPv6 number keeps its brackets, as the server writes it; IdnHost would drop them.
    private static string HostOf(Uri uri) =>
        (uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost).ToLowerInvariant();

    private static bool IsLoopbackName(Uri uri) =>
        uri.IdnHost.Equals(LoopbackName, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.IdnHost, out var number)
            && (number.Equals(IPAddress.Loopback) || number.Equals(IPAddress.IPv6Loopback)));

    [GeneratedRegex("[^a-z0-9.-]")]
    private static partial Regex NotInFileName();
}
