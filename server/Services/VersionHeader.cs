namespace OrderGrpc.Server.Services;

/// <summary>
/// Tells a caller that asks for it which server it is, with the answer it gets anyway: so a tool
/// notices that it is far from its server without a call of its own, and other callers pay nothing.
/// </summary>
public static class VersionHeader
{
    /// <summary>The header that asks, with the caller's own version, and the one that answers.</summary>
    public const string Name = "ordergrpc-version";

    /// <summary>The middleware; behind authorization, as the version is nobody's business but the callers'.</summary>
    public static Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.ContainsKey(Name))
        {
            context.Response.Headers[Name] = ServerVersion.Text;
        }

        return next(context);
    }
}
