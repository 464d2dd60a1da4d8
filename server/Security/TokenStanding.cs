using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>Whether a token of ours is good, and whether one that was good still is.</summary>
public sealed class TokenStanding(SigningKeys keys, TokenRegistry registry)
{
    private long readAt = registry.Time.GetUtcNow().UtcTicks;

    /// <summary>How a token of ours is verified: our issuer and audience, HS256 only, by the key that it names.</summary>
    public TokenValidationParameters Parameters { get; } = new()
    {
        ValidIssuer = TokenIssuer.Name,
        ValidAudience = TokenIssuer.Name,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = ["JWT"],
        IssuerSigningKeyResolver = (_, _, kid, _) => keys.Known(kid) is { } key ? [key] : [],
        TryAllIssuerSigningKeys = false,
        ValidateLifetime = false, // by RefusalOf, whose clock is ours and which looks at each call
    };

    /// <summary>Looks for the key of a token that is to be verified, where it is not known. Whoever sent it may have made it up.</summary>
    /// <exception cref="RefusedTokenException">The database is away, which may know the key.</exception>
    public async ValueTask LookForKeyAsync(string token)
    {
        try
        {
            await keys.FindAsync(new JsonWebToken(token).Kid, registry.Time);
        }
        catch (ArgumentException)
        {
            // No token at all: it is refused as such.
        }
        catch (StartException)
        {
            if (registry.Trust is not null) // a file that cannot be read makes a key unknown, as a token
            {
                throw new RefusedTokenException(ErrorReason.StoreBusy, verified: false);
            }
        }
    }

    /// <summary>The caller of a token of ours whose signature was verified.</summary>
    /// <exception cref="RefusedTokenException">The registry does not know it, it was revoked, or it names no caller.</exception>
    public async ValueTask<CallerIdentity> IdentifyAsync(JsonWebToken token)
    {
        if (await FindAsync(token.Id) is not { } record
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

        var now = registry.Time.GetUtcNow();
        if (identity.Expires <= now)
        {
            return ErrorReason.TokenExpired;
        }

        // Whether it was revoked meanwhile is not known.
        var isOurs = identity.TokenId is not null;
        return isOurs && registry.Trust < now - new DateTimeOffset(Interlocked.Read(ref readAt), TimeSpan.Zero) ? ErrorReason.StoreBusy : null;
    }

    /// <summary>Reads what other processes did to keys and tokens.</summary>
    /// <exception cref="StartException">They cannot be read; what was known holds, for as long as the store trusts it.</exception>
    public async ValueTask RefreshAsync()
    {
        var at = registry.Time.GetUtcNow().UtcTicks;
        var mark = await registry.LookAsync();
        await registry.RefreshAsync(mark); // first: a key that cannot be read must not hide a revocation
        await keys.RefreshAsync(mark);
        Interlocked.Exchange(ref readAt, at);
    }

    /// <summary>The text of a claim; null where there is none or it is no text.</summary>
    internal static string? ClaimOf(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<object>(name, out var value) ? value as string : null;

    // A file that cannot be read makes a token unknown, not the call a fault of the server. A database that is away may know it.
    private async ValueTask<TokenRecord?> FindAsync(string id)
    {
        try
        {
            return await registry.FindAsync(id);
        }
        catch (StartException)
        {
            return registry.Trust is null ? null : throw new RefusedTokenException(ErrorReason.StoreBusy);
        }
    }
}

/// <summary>A token is refused, for a reason that the caller may know.</summary>
public sealed class RefusedTokenException(ErrorReason reason, bool verified = true) : SecurityTokenValidationException($"The token is refused: {reason}.")
{
    public ErrorReason Reason { get; } = reason;

    /// <summary>Whether the database alone is why a token of ours is refused: nothing speaks against who sent it.</summary>
    public bool IsOfTheStore { get; } = verified && reason == ErrorReason.StoreBusy;

    /// <summary>The reason that an answer gives for a failed authentication, whatever failed; null is no token at all.</summary>
    public static ErrorReason ReasonOf(Exception? failure) => failure switch
    {
        null => ErrorReason.TokenMissing,
        RefusedTokenException refused => refused.Reason,
        SecurityTokenExpiredException => ErrorReason.TokenExpired,
        _ => ErrorReason.TokenInvalid,
    };
}
