using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The answer to a call that may not pass: to gRPC a status in trailers alone, as the contract has
/// every error; to anything else 401 or 403. It says which kind of refusal and nothing more.
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

        if (GrpcAnswer.IsAskedFor(context))
        {
            GrpcAnswer.Refuse(context, limits.Refuse(reason));
        }
        else
        {
            AnswerHttp(context.Response, reason);
        }
    }

    private static void AnswerHttp(HttpResponse response, ErrorReason reason)
    {
        response.StatusCode = reason switch
        {
            ErrorReason.WrongRole => StatusCodes.Status403Forbidden,
            ErrorReason.StoreBusy => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status401Unauthorized,
        };
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
    }
}
