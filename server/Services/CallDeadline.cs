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

    /// <summary>The deadline that a call has come with.</summary>
    public TimeSpan Of(HttpContext context) =>
        Seconds(context.Request.Headers[TimeoutHeader]) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, limits.LongestDeadline.TotalSeconds))
        : TimeSpan.FromSeconds(options.DefaultDeadlineSeconds);

    /// <summary>
    /// The grpc-timeout that holds for a call that is answered once: the caller's own up to a limit;
    /// the default where it names none, or one that cannot be read.
    /// </summary>
    public string TimeoutFor(string? asked) => Seconds(asked) switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"{options.DefaultDeadlineSeconds}S"),
        { } seconds when seconds <= limits.LongestDeadline.TotalSeconds => asked!,
        _ => string.Create(CultureInfo.InvariantCulture, $"{limits.LongestDeadline.TotalSeconds:0}S"),
    };

    private static double? Seconds(string? asked)
    {
        if (asked is not { Length: >= 2 and <= 9 }
            || !long.TryParse(asked.AsSpan(0, asked.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return asked[^1] switch
        {
            'H' => number * 3600.0,
            'M' => number * 60.0,
            'S' => number,
            'm' => number / 1e3,
            'u' => number / 1e6,
            'n' => number / 1e9,
            _ => null,
        };
    }
}
