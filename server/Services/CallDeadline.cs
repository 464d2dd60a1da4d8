using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace OrderGrpc.Server.Services;

/// <summary>A call that is answered once has a deadline: its own up to a limit, or the default.</summary>
public sealed class CallDeadline(ServerOptions options, CallLimits limits) : IMiddleware
{
    private const string TimeoutHeader = "grpc-timeout";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type == MethodType.Unary)
        {
            context.Request.Headers[TimeoutHeader] = TimeoutFor(context.Request.Headers[TimeoutHeader]);
        }

        return next(context);
    }

    /// <summary>
    /// The grpc-timeout that holds for a call that is answered once: the caller's own up to a limit;
    /// the default where it names none, or one that cannot be read.
    /// </summary>
    public string TimeoutFor(string? asked)
    {
        var fallback = string.Create(CultureInfo.InvariantCulture, $"{options.DefaultDeadlineSeconds}S");
        if (asked is not { Length: >= 2 and <= 9 }
            || !long.TryParse(asked.AsSpan(0, asked.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return fallback;
        }

        double? seconds = asked[^1] switch
        {
            'H' => number * 3600.0,
            'M' => number * 60.0,
            'S' => number,
            'm' => number / 1e3,
            'u' => number / 1e6,
            'n' => number / 1e9,
            _ => null,
        };
        return seconds is null ? fallback
            : seconds <= limits.LongestDeadline.TotalSeconds ? asked
            : string.Create(CultureInfo.InvariantCulture, $"{limits.LongestDeadline.TotalSeconds:0}S");
    }
}
