using Microsoft.Extensions.Primitives;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The token of an authorization header (RFC 6750, 2.1), and nothing else of it: the same token in
/// another spelling of the header is the same token.
/// </summary>
public static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token; empty where the header is none, another scheme's, or given twice.</summary>
    public static ReadOnlySpan<char> In(StringValues header) =>
        header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value.AsSpan(Scheme.Length).Trim(' ') : default;
}
