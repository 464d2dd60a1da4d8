using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>What an order link holds by, beside its key and its order.</summary>
/// <param name="OrderId">The order that it is to.</param>
/// <param name="Made">When it was made, in whole seconds.</param>
/// <param name="MadeWith">The id of the token that it was made with; null for one of an external issuer.</param>
/// <param name="Looked">When its order was looked at.</param>
public sealed record OrderLink(long OrderId, DateTimeOffset Made, string? MadeWith, DateTimeOffset Looked);

/// <summary>
/// Order links: tokens of a client for one of its orders. They are in no registry, so that there may be as
/// many as there are orders. Whether one holds follows from what is known anyway: its order, which it
/// outlives by a while; the key that signed it; the token that it was made with; and whether the links of
/// its order were revoked since.
/// </summary>
/// <param name="find">The order of a link, as the link may see it; null where there is none.</param>
public sealed class OrderLinks(SigningKeys keys, TokenRegistry registry, Func<Caller, ValueTask<Order?>> find)
{
    // No role of a caller: a server that knows nothing of links takes none of them for a token of its client.
    private const string LinkRole = "order-link";
    private const string OrderClaim = "order";
    private const string MadeWithClaim = "made_with";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Whether the token says that it is one.</summary>
    public static bool Is(JsonWebToken token) => TokenStanding.ClaimOf(token, TokenIssuer.RoleClaim) == LinkRole;

    /// <summary>From when on links to the order are refused; null while it has not ended.</summary>
    public static DateTimeOffset? EndOf(Order order) =>
        OrderProcess.IsTerminal(order.State) ? order.UpdateTime.ToDateTimeOffset() + TokenLimits.LinkAfterOrder : null;

    /// <summary>A link to an order of this client's. It is the caller's to know that the order is.</summary>
    public string Make(CallerIdentity client, long orderId)
    {
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = client.Caller.Name,
            [TokenIssuer.RoleClaim] = LinkRole,
            [OrderClaim] = orderId.ToString(CultureInfo.InvariantCulture),
        };
        if (client.TokenId is { } with)
        {
            claims[MadeWithClaim] = with;
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenIssuer.Name,
            Audience = TokenIssuer.Name,
            IssuedAt = registry.Time.GetUtcNow().UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(keys.Newest, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>The caller of a link whose signature was verified. Its end is known once its order has ended.</summary>
    /// <exception cref="RefusedTokenException">It is to no order of its client's, or the order cannot be read now.</exception>
    public async ValueTask<CallerIdentity> IdentifyAsync(JsonWebToken token)
    {
        var looked = registry.Time.GetUtcNow();
        var id = long.Parse(TokenStanding.ClaimOf(token, OrderClaim)!, CultureInfo.InvariantCulture);
        var caller = new Caller(Role.Client, token.Subject, id);
        var order = await find(caller) ?? throw new RefusedTokenException(ErrorReason.TokenInvalid);
        var link = new OrderLink(id, token.IssuedAt, TokenStanding.ClaimOf(token, MadeWithClaim), looked);
        return new CallerIdentity(caller, EndOf(order), tokenId: null, token.Kid, link);
    }

    /// <summary>Why the link does not hold any more, whatever its order; null while it does. No I/O.</summary>
    public ErrorReason? RefusalOf(OrderLink link)
    {
        if (registry.RevokedLinks.TryGetValue(link.OrderId, out var revoked) && link.Made <= revoked)
        {
            return ErrorReason.TokenRevoked;
        }

        // Who took a token took its links: they end with it. One that has merely expired leaves them.
        var with = link.MadeWith is { } id ? registry.Known(id) : null;
        return link.MadeWith is null ? null
            : with is null || !keys.Has(with.Key) ? ErrorReason.TokenInvalid
            : with.Revoked is not null ? ErrorReason.TokenRevoked
            : null;
    }
}
