using System.Net;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// What comes over HTTP to an address of this machine alone has to call it so: a page from elsewhere whose name
/// was made to point here would be taken for the server's own by a browser. Calls of gRPC are none of a browser's.
/// </summary>
public sealed class OwnHost : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (GrpcAnswer.IsAskedFor(context) || IsOwn(context))
        {
            return next(context);
        }

        JsonAnswer.Refuse(context, new Refusal(ErrorReason.WrongHost), StatusCodes.Status421MisdirectedRequest);
        return Task.CompletedTask;
    }

    private static bool IsOwn(HttpContext context)
    {
        if (context.Connection.LocalIpAddress is not { } local || !IPAddress.IsLoopback(local) || context.Features.Get<ConnectionUse>() is { IsOfProxy: true })
        {
            return true;
        }

        var host = context.Request.Host.Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
