using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>A call with a good token: its connection is no stranger's any more.</summary>
public sealed class ProvenConnection : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity is CallerIdentity)
        {
            context.Features.Get<ConnectionUse>()?.Prove();
        }

        return next(context);
    }
}
