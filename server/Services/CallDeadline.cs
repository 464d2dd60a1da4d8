using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A call that is answered once has a deadline: its own up to a limit, or the default. gRPC keeps it; over
/// HTTP it is kept here, and whoever has not taken the answer within as long again is cut off.
/// </summary>
public sealed class CallDeadline(ServerOptions options, CallLimits limits, TimeProvider time) : IMiddleware
{
    private const string TimeoutHeader = "grpc-timeout";

    /// <summary>Whether the call, which came over HTTP, has had its time.</summary>
    public static bool HasPassed(HttpContext context) => context.Features.Get<Limit>() is { HasPassed: true };

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type != MethodType.Unary)
        {
            return next(context);
        }

        if (!GrpcAnswer.IsAskedFor(context))
        {
            return RunAsync(context, next);
        }

        context.Request.Headers[TimeoutHeader] = TimeoutFor(context.Request.Headers[TimeoutHeader]);
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

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        using var limit = new Limit(context, time, Of(context));
        context.Features.Set(limit);
        await next(context);
    }

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

    // Once past it the call is told to end; past it again, its answer is not waited for.
    private sealed class Limit : IDisposable
    {
        private readonly HttpContext context;
        private readonly CancellationTokenSource end;
        private readonly ITimer timer;

        public Limit(HttpContext context, TimeProvider time, TimeSpan deadline)
        {
            this.context = context;
            end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            context.RequestAborted = end.Token; // by which the framework ends a call
            timer = time.CreateTimer(static limit => ((Limit)limit!).Pass(), this, deadline, deadline);
        }

        public bool HasPassed { get; private set; }

        public void Dispose()
        {
            timer.Dispose();
            end.Dispose();
        }

        private void Pass()
        {
            if (HasPassed)
            {
                context.Abort();
                return;
            }

            HasPassed = true;
            try
            {
                end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was answered meanwhile.
            }
        }
    }
}
