using Grpc.AspNetCore.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A caller has so many calls running. Watches have a limit of their own, which is told as such; they
/// last, and nobody reads their token again. Of those who need no token see <see cref="AnonymousCalls"/>.
/// </summary>
public sealed class RunningCalls(CallerBuckets callers, CallLimits limits, ServerOptions options, SecurityLog log) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Name == nameof(OrderQueryService.OrderQueryServiceBase.WatchOrders))
        {
            context.Request.Headers.Authorization = default;
            return next(context);
        }

        if (context.User.Identity is not CallerIdentity)
        {
            return next(context);
        }

        var caller = LimitKey.Of(context);
        if (callers.Enter(caller, options.MaxCallsPerCaller))
        {
            return RunAsync(caller, context, next);
        }

        CallRate.Refuse(context, limits.LeastRetry, log);
        return Task.CompletedTask;
    }

    private async Task RunAsync(LimitKey caller, HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            callers.Leave(caller);
        }
    }
}
