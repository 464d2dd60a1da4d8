using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Authentication that verifies a token once: from then on it is found by the header that it came
/// in, and only whether it still holds is asked at each call. What is not known goes to the scheme.
/// </summary>
public sealed class CachingAuthenticationService(
    VerifiedTokens verified,
    TokenStanding standing,
    IAuthenticationSchemeProvider schemes,
    IAuthenticationHandlerProvider handlers,
    IClaimsTransformation transformation,
    IOptions<AuthenticationOptions> options) : AuthenticationService(schemes, handlers, transformation, options)
{
    /// <inheritdoc/>
    public override Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        if (verified.Find(context.Request.Headers.Authorization) is not { } known)
        {
            return base.AuthenticateAsync(context, scheme);
        }

        return Task.FromResult(standing.RefusalOf(known.Principal!.Identify()) is { } reason
            ? AuthenticateResult.Fail(new RefusedTokenException(reason))
            : known);
    }
}
