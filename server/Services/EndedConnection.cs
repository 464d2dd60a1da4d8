using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>What a connection had sent before it was ended for its refused calls: nobody waits for an answer, so no token is verified for it.</summary>
public sealed class EndedConnection : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<ConnectionUse>()?.HasEnded == true ? Task.CompletedTask : next(context);
}
