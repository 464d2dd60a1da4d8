using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>Makes tokens: recorded in the registry first, signed by the newest key.</summary>
public sealed class TokenIssuer(SigningKeys keys, TokenRegistry registry)
{
    /// <summary>Who issues our tokens, and whom they are for.</summary>
    public const string Name = "ordergrpc";

    /// <summary>The claim that holds the role.</summary>
    public const string RoleClaim = "role";

    // Without this the handler would give a token without an expiry one of an hour.
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A new token for the caller, for a lifetime or for ever.</summary>
    /// <exception cref="StartException">The name is not one, or the registry cannot be written.</exception>
    public async ValueTask<string> IssueAsync(Caller caller, TimeSpan? lifetime = null)
    {
        if (!PartyName.IsValid(caller.Name))
        {
            throw new StartException($"That is not a name: {PartyName.Rule}.");
        }

        var key = keys.Newest;
        var record = await registry.IssueAsync(caller, lifetime, key.KeyId);
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Name,
            IssuedAt = record.Issued.UtcDateTime,
            Expires = record.Expires?.UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Jti] = record.Id,
                [JwtRegisteredClaimNames.Sub] = caller.Name,
                [RoleClaim] = RoleNames.Of(caller.Role),
            },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }
}
