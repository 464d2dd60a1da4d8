using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens verified so far, by the authorization header that they came in. Only good tokens get
/// here, so strangers cannot fill it; when it is full it starts anew. A token of an external
/// issuer is verified again after a while, since the issuer may have withdrawn its key.
/// </summary>
public sealed class VerifiedTokens(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> byHeader = new();

    /// <summary>What a token that was verified before came to; null where it was not, or too long ago.</summary>
    public AuthenticateResult? Find(string? header) =>
        header is not null && byHeader.TryGetValue(header, out var entry) && !(entry.Until <= time.GetUtcNow()) ? entry.Result : null;

    /// <summary>Keeps a verified token.</summary>
    public void Add(string? header, ClaimsPrincipal principal)
    {
        if (header is not null)
        {
            if (byHeader.Count >= TokenLimits.VerifiedTokens)
            {
                byHeader.Clear();
            }

            var identity = principal.Identify();
            var result = AuthenticateResult.Success(new AuthenticationTicket(principal, identity.AuthenticationType!));
            byHeader[header] = new Entry(result, identity.TokenId is null ? time.GetUtcNow() + TokenLimits.ExternalTokenTrust : null);
        }
    }

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset? Until);
}
