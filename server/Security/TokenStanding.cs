using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>Whether a token of ours is good, and whether one that was good still is.</summary>
public sealed class TokenStanding(SigningKeys keys, TokenRegistry registry)
{
    /// <summary>How a token of ours is verified: our issuer and audience, HS256 only, by the key that it names.</summary>
    public TokenValidationParameters Parameters { get; } = new()
    {
        ValidIssuer = TokenIssuer.Name,
        ValidAudience = TokenIssuer.Name,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = ["JWT"],
        IssuerSigningKeyResolver = (_, _, kid, _) => Look(() => keys.Find(kid, registry.Time)) is { } key ? [key] : [],
        TryAllIssuerSigningKeys = false,
        ValidateLifetime = false, // by RefusalOf, whose clock is ours and which looks at each call
    };

    /// <summary>The caller of a token of ours whose signature was verified.</summary>
    /// <exception cref="RefusedTokenException">The registry does not know it, it was revoked, or it names no caller.</exception>
    public CallerIdentity Identify(JsonWebToken token)
    {
        if (Look(() => registry.Find(token.Id)) is not { } record
            || RoleNames.Parse(ClaimOf(token, TokenIssuer.RoleClaim)) is not { } role
            || record.Caller != new Caller(role, token.Subject))
        {
            throw new RefusedTokenException(ErrorReason.TokenInvalid);
        }

        var identity = new CallerIdentity(record.Caller, record.Expires, record.Id, token.Kid);
        return RefusalOf(identity) is { } reason ? throw new RefusedTokenException(reason) : identity;
    }

    /// <summary>Why the token does not hold any more; null while it does. No I/O: asked by every call.</summary>
    public ErrorReason? RefusalOf(CallerIdentity identity)
    {
        if (identity.TokenId is { } id)
        {
            if (registry.Known(id) is not { } record || !keys.Has(identity.KeyId!))
            {
                return ErrorReason.TokenInvalid;
            }

            if (record.Revoked is not null)
            {
                return ErrorReason.TokenRevoked;
            }
        }

        return identity.Expires <= registry.Time.GetUtcNow() ? ErrorReason.TokenExpired : null;
    }

    /// <summary>Reads what other processes did to keys and tokens.</summary>
    /// <exception cref="StartException">They cannot be read; what was known holds.</exception>
    public void Refresh()
    {
        keys.Refresh();
        registry.Refresh();
    }

    /// <summary>The text of a claim; null where there is none or it is no text.</summary>
    internal static string? ClaimOf(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<object>(name, out var value) ? value as string : null;

    // A file that cannot be read makes a token unknown, not the call a fault of the server.
    private static T? Look<T>(Func<T?> find)
        where T : class
    {
        try
        {
            return find();
        }
        catch (StartException)
        {
            return null;
        }
    }
}

/// <summary>A token is refused, for a reason that the caller may know.</summary>
public sealed class RefusedTokenException(ErrorReason reason) : SecurityTokenValidationException($"The token is refused: {reason}.")
{
    public ErrorReason Reason { get; } = reason;

    /// <summary>The reason that an answer gives for a failed authentication, whatever failed; null is no token at all.</summary>
    public static ErrorReason ReasonOf(Exception? failure) => failure switch
    {
        null => ErrorReason.TokenMissing,
        RefusedTokenException refused => refused.Reason,
        SecurityTokenExpiredException => ErrorReason.TokenExpired,
        _ => ErrorReason.TokenInvalid,
    };
}
