using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// Each call is one request of its caller's rate, and so is what a call costs beyond that. A refused call
/// costs no request, but it costs the server something: where a caller has as many refused as it may have
/// served, and goes on, its connections are not read for a while.
/// </summary>
public sealed class CallRate(CallerBuckets limits, SecurityLog log) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (limits.Take(LimitKey.Of(context)) is { } wait)
        {
            Refuse(context, wait, log);
            if (limits.Refuse(LimitKey.Of(context)) is { } pause)
            {
                context.Features.Get<ConnectionUse>()?.Pause(pause);
            }

            return Task.CompletedTask;
        }

        return next(context);
    }

    /// <summary>One more message of a call that sends many: each counts as a request.</summary>
    public void TakeMessage(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (limits.Take(LimitKey.Of(http)) is { } wait)
        {
            log.LimitReached(http, ErrorReason.RateLimited);
            throw new Refusal(ErrorReason.RateLimited) { RetryAfter = wait }.ToRpcException(context.Culture());
        }
    }

    internal static void Refuse(HttpContext context, TimeSpan wait, SecurityLog log)
    {
        log.LimitReached(context, ErrorReason.RateLimited);
        CallAnswer.Refuse(context, new Refusal(ErrorReason.RateLimited) { RetryAfter = wait });
    }
}
