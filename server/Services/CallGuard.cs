using System.Globalization;
using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// What every call passes once it is known who calls, and before its request is read: the caller's
/// rate, its number of running calls, and a deadline. It also sees to it that what the framework
/// refuses by itself is told as the contract tells every error.
/// </summary>
public sealed class CallGuard(CallerLimits limits, ServerOptions options, SecurityLog log, IHostApplicationLifetime lifetime)
{
    private const string TimeoutHeader = "grpc-timeout";

    /// <summary>Says that the request was read: what fails from here on is not the request's form.</summary>
    public static void RequestRead(HttpContext context)
    {
        context.Features.Get<Reading>()?.End();
    }

    /// <summary>The middleware.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var method = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method;
        context.Response.OnStarting(Complete, context);
        if (method?.Type == MethodType.Unary)
        {
            context.Request.Headers[TimeoutHeader] = TimeoutFor(context.Request.Headers[TimeoutHeader]);
        }

        var (caller, most) = WhoCalls(context);
        if (limits.Take(caller) is { } wait)
        {
            Refuse(context, wait);
            return;
        }

        // One that names its length is refused before it is sent; gRPC finds the others by the head of their message.
        if (context.Request.ContentLength > ConnectionLimits.RequestBytes && GrpcAnswer.IsAskedFor(context))
        {
            GrpcAnswer.Refuse(context, new Refusal(ErrorReason.MessageTooLarge));
            return;
        }

        // Watches have a limit of their own, which is told as such. They last, and nobody reads their token again.
        if (method?.Name == nameof(OrderQueryService.OrderQueryServiceBase.WatchOrders))
        {
            context.Request.Headers.Authorization = default;
            await ReadAsync(context, next);
            return;
        }

        if (!limits.Enter(caller, most))
        {
            Refuse(context, CallLimits.LeastRetry);
            return;
        }

        try
        {
            await ReadAsync(context, next);
        }
        finally
        {
            limits.Leave(caller);
        }
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
            : seconds <= CallLimits.LongestDeadline.TotalSeconds ? asked
            : string.Create(CultureInfo.InvariantCulture, $"{CallLimits.LongestDeadline.TotalSeconds:0}S");
    }

    // A request that has not come when the server stops is not waited for: nobody may hold up its end.
    private async Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        using var reading = new Reading(context, lifetime.ApplicationStopping);
        context.Features.Set(reading);
        await next(context);
    }

    // Health is open to everybody, so there it is the address that counts.
    private (LimitKey Caller, int Most) WhoCalls(HttpContext context) => context.User.Identity is CallerIdentity identity
        ? (new LimitKey(identity.Caller, null), options.MaxCallsPerCaller)
        : (new LimitKey(default, AddressKey.Of(context.Connection.RemoteIpAddress ?? IPAddress.None)), CallLimits.AnonymousCallsPerAddress);

    /// <summary>One more message of a call that sends many: each counts as a request.</summary>
    public void TakeMessage(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (limits.Take(WhoCalls(http).Caller) is { } wait)
        {
            log.LimitReached(http, ErrorReason.RateLimited);
            throw new Refusal(ErrorReason.RateLimited) { RetryAfter = wait }.ToRpcException(context.Culture());
        }
    }

    private void Refuse(HttpContext context, TimeSpan wait)
    {
        log.LimitReached(context, ErrorReason.RateLimited);
        if (GrpcAnswer.IsAskedFor(context))
        {
            GrpcAnswer.Refuse(context, new Refusal(ErrorReason.RateLimited) { RetryAfter = wait });
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        }
    }

    // What has a status but no details was said by the framework.
    private static Task Complete(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        if (headers.TryGetValue(GrpcAnswer.StatusHeader, out var status) && !headers.ContainsKey(GrpcAnswer.DetailsHeader)
            && ReasonOf(context, status.ToString()) is { } reason)
        {
            var code = context.Response.StatusCode;
            GrpcAnswer.Refuse(context, new Refusal(reason));
            context.Response.StatusCode = code; // of a wrong content type, 415
        }

        return Task.CompletedTask;
    }

    private static ErrorReason? ReasonOf(HttpContext context, string status) => (StatusCode)int.Parse(status, CultureInfo.InvariantCulture) switch
    {
        StatusCode.DeadlineExceeded => ErrorReason.Deadline,
        StatusCode.ResourceExhausted => ErrorReason.MessageTooLarge,
        StatusCode.Internal or StatusCode.Unknown => context.Features.Get<Reading>() is { HasEnded: true } ? ErrorReason.Internal : ErrorReason.MalformedMessage,
        _ => null,
    };

    private sealed class Reading : IDisposable
    {
        private readonly HttpContext context;
        private readonly CancellationTokenRegistration stopping;
        private readonly ConnectionUse? connection;
        private volatile bool hasEnded;

        public Reading(HttpContext context, CancellationToken stop)
        {
            this.context = context;
            connection = context.Features.Get<ConnectionUse>();
            connection?.Begin();
            stopping = stop.UnsafeRegister(static state => ((Reading)state!).Abort(), this);
        }

        public bool HasEnded => hasEnded;

        public void End()
        {
            hasEnded = true;
            stopping.Unregister();
        }

        public void Dispose()
        {
            stopping.Dispose();
            connection?.End();
        }

        private void Abort()
        {
            if (!hasEnded)
            {
                context.Abort();
            }
        }
    }
}
