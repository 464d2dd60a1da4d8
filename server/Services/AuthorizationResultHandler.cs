using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The answer to a call that may not pass: to gRPC a status in trailers alone, as the contract has
/// every error; to anything else 401 or 403. It says which kind of refusal and nothing more.
/// </summary>
public sealed class AuthorizationResultHandler(SecurityLog log, RefusedCalls refused) : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc/>
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded ? next(context) : RefuseAsync(context, authorizeResult.Forbidden);

    private async Task RefuseAsync(HttpContext context, bool forbidden)
    {
        // Asked again because the middleware keeps no failure; the scheme does, and looks once per call.
        var reason = forbidden
            ? ErrorReason.WrongRole
            : RefusedTokenException.ReasonOf((await context.AuthenticateAsync()).Failure);
        if (forbidden)
        {
            log.AccessRefused(context, reason);
        }
        else
        {
            log.AuthenticationRefused(context, reason);
            refused.Count(context);
        }

        if (GrpcAnswer.IsAskedFor(context))
        {
            GrpcAnswer.Refuse(context, new Refusal(reason));
        }
        else
        {
            AnswerHttp(context.Response, forbidden);
        }
    }

    private static void AnswerHttp(HttpResponse response, bool forbidden)
    {
        response.StatusCode = forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (!forbidden)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
    }
}
