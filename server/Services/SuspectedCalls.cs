using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The calls through a proxy from an address that has had as many refused as it may. Their connection is
/// others' too and cannot be ended, so what they would cost is not done: no token is verified for them. One
/// that was verified before is found and holds, whoever else sends from its address.
/// </summary>
public sealed class SuspectedCalls(RefusedCalls refused, VerifiedTokens verified, CallLimits limits, SecurityLog log) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ConnectionUse>() is { IsOfProxy: true }
            && refused.AreMany(AddressKey.Of(context))
            && !BearerToken.In(context.Request.Headers.Authorization).IsEmpty
            && verified.Find(context.Request.Headers.Authorization) is null)
        {
            CallRate.Refuse(context, limits.LeastRetry, log);
            return Task.CompletedTask;
        }

        return next(context);
    }
}
