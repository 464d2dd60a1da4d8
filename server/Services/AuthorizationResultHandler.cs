using System.Globalization;
using System.Text;
using Google.Protobuf;
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
public sealed class AuthorizationResultHandler(SecurityLog log) : IAuthorizationMiddlewareResultHandler
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
        }

        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            AnswerGrpc(context, new Refusal(reason));
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

    // Nothing was sent yet, so the headers are the trailers: "Trailers-Only" of the gRPC protocol.
    private static void AnswerGrpc(HttpContext context, Refusal refusal)
    {
        var status = refusal.ToStatus(Texts.Choose(context.Request.Headers.AcceptLanguage));
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = status.Code.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = PercentEncode(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    // The protocol leaves printable ASCII but '%' as it is.
    private static string PercentEncode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }
}
