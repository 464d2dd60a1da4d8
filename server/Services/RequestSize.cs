using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A request that names its length is refused before it is sent where it is too large; gRPC finds the
/// others by the head of their message, and Kestrel those of HTTP while they are read.
/// </summary>
public sealed class RequestSize(ConnectionLimits limits) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > limits.RequestBytes)
        {
            CallAnswer.Refuse(context, new Refusal(ErrorReason.MessageTooLarge), StatusCodes.Status413PayloadTooLarge);
            return Task.CompletedTask;
        }

        return next(context);
    }
}
