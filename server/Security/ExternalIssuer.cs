using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Tokens of an external OpenID Connect issuer, beside our own. Its keys come from its discovery
/// document. It answers for its tokens alone: they are in no registry, and end by their expiry.
/// </summary>
public sealed class ExternalIssuer(ServerOptions options, TokenLimits limits, TimeProvider time)
{
    /// <summary>The name of its authentication scheme.</summary>
    public const string Scheme = "External";

    // Signatures by a private key only: a shared secret or none at all is never an issuer's.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    /// <summary>Whether the options name one.</summary>
    public static bool IsSet(ServerOptions options) => options.OidcAuthority.Length > 0;

    /// <summary>Checks its settings; whether it answers shows later, since it may start after us.</summary>
    /// <exception cref="StartException">One is missing, or it would be asked in plain text over the network.</exception>
    public static void Check(ServerOptions options)
    {
        if (!IsSet(options))
        {
            if (options.OidcAudience.Length > 0)
            {
                throw new StartException("--oidc-audience is set without --oidc-authority, the issuer's URL.");
            }

            return;
        }

        if (!Uri.TryCreate(options.OidcAuthority, UriKind.Absolute, out var authority)
            || !(authority.Scheme == "https" || (authority.Scheme == "http" && StartRules.IsLoopback(authority.DnsSafeHost))))
        {
            throw new StartException("--oidc-authority must be the issuer's https URL; http is for loopback only.");
        }

        if (options.OidcAudience.Length == 0 || options.OidcRoleClaim.Length == 0 || options.OidcNameClaim.Length == 0)
        {
            throw new StartException("--oidc-authority needs --oidc-audience, or tokens that the issuer made for others would pass; and neither --oidc-role-claim nor --oidc-name-claim may be empty.");
        }
    }

    /// <summary>Sets the scheme up; its metadata is fetched on first use and kept up to date.</summary>
    public void Configure(JwtBearerOptions bearer)
    {
        bearer.Authority = options.OidcAuthority;
        bearer.RequireHttpsMetadata = options.OidcAuthority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        bearer.AutomaticRefreshInterval = limits.IssuerKeysRefresh;
        bearer.BackchannelTimeout = limits.IssuerTimeout;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = options.OidcAudience,
            ValidAlgorithms = Algorithms,
            LifetimeValidator = IsWithinLifetime,
            TypeValidator = TypeOf,
        };
    }

    /// <summary>The caller of a token whose signature was verified.</summary>
    /// <exception cref="RefusedTokenException">Its claims name no role or no party.</exception>
    public CallerIdentity Identify(JsonWebToken token)
    {
        var name = TextOf(token, options.OidcNameClaim);
        if (RoleOf(token) is not { } role || name is null || !PartyName.IsValid(name))
        {
            throw new RefusedTokenException(ErrorReason.TokenInvalid);
        }

        return new CallerIdentity(new Caller(role, name), token.ValidTo + limits.ClockSkew, tokenId: null, keyId: null);
    }

    // An access token or a plain one, or one that does not say: any other was made for something else.
    // A header that must be understood (RFC 7515, 4.1.11) is none that we do.
    private static string TypeOf(string? type, SecurityToken token, TokenValidationParameters parameters) =>
        string.IsNullOrEmpty(type) || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? ((JsonWebToken)token).TryGetHeaderValue<object>("crit", out _)
                ? throw new SecurityTokenInvalidTypeException("The token has a header that must be understood.")
                : type ?? ""
            : throw new SecurityTokenInvalidTypeException("The token is of another type.");

    // From the token's own text: the library hands a number over as if it were written as a text, and so one party's name could be another's number.
    private static string? TextOf(JsonWebToken token, string claim)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return payload.RootElement.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A list of roles may hold others' too; ours must be one, not both.
    private Role? RoleOf(JsonWebToken token)
    {
        var roles = token.Claims.Where(claim => claim.Type == options.OidcRoleClaim)
            .Select(claim => RoleNames.Parse(claim.Value)).OfType<Role>().Distinct().ToArray();
        return roles.Length == 1 ? roles[0] : null;
    }

    // A token for ever could never be taken back: it must expire.
    private bool IsWithinLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires + limits.ClockSkew <= now)
        {
            throw new SecurityTokenExpiredException("The token has expired.");
        }

        return expires is not null && !(notBefore - limits.ClockSkew > now);
    }
}
