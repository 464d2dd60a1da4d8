using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The identity of an authenticated call: the caller, and what tells whether its token still
/// holds. Immutable, and shared by all calls with the same token.
/// </summary>
public sealed class CallerIdentity(Caller caller, DateTimeOffset? expires, string? tokenId, string? keyId, OrderLink? link = null)
    : ClaimsIdentity(
        [new(JwtRegisteredClaimNames.Sub, caller.Name), new(TokenIssuer.RoleClaim, RoleNames.Of(caller.Role))],
        "Bearer", JwtRegisteredClaimNames.Sub, TokenIssuer.RoleClaim)
{
    /// <summary>Who calls.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>From when on the token is refused; null for never.</summary>
    public DateTimeOffset? Expires { get; } = expires;

    /// <summary>The id in our registry; null for an order link, and for a token of an external issuer.</summary>
    public string? TokenId { get; } = tokenId;

    /// <summary>The key of ours that signed it; null for a token of an external issuer.</summary>
    public string? KeyId { get; } = keyId;

    /// <summary>What an order link holds by; null for every other token.</summary>
    public OrderLink? Link { get; } = link;
}

/// <summary>The caller of a call.</summary>
public static class CallerExtensions
{
    /// <summary>Who calls, as the token said.</summary>
    /// <exception cref="InvalidOperationException">The call was not authenticated: its endpoint is open to all.</exception>
    public static Caller ToCaller(this ClaimsPrincipal user) => user.Identify().Caller;

    internal static CallerIdentity Identify(this ClaimsPrincipal user) => user.Identity as CallerIdentity
        ?? throw new InvalidOperationException("the call has no caller");
}
