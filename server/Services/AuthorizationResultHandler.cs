using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The answer to a call that may not pass: a status, as the contract has every error. It says which kind
/// of refusal and nothing more.
/// </summary>
public sealed class AuthorizationResultHandler(SecurityLog log, RefusedCalls refused, QueueLimits limits) : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc/>
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded ? next(context) : RefuseAsync(context, authorizeResult.Forbidden);

    private async Task RefuseAsync(HttpContext context, bool forbidden)
    {
        // Asked again because the middleware keeps no failure; the scheme does, and looks once per call.
        var failure = forbidden ? null : (await context.AuthenticateAsync()).Failure;
        var reason = forbidden ? ErrorReason.WrongRole : RefusedTokenException.ReasonOf(failure);
        if (forbidden)
        {
            log.AccessRefused(context, reason);
        }
        else
        {
            log.AuthenticationRefused(context, reason);
            if (failure is not RefusedTokenException { IsOfTheStore: true })
            {
                refused.Count(context);
            }
        }

        CallAnswer.Refuse(context, limits.Refuse(reason));
    }
}
