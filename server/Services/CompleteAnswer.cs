using System.Globalization;
using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What the framework refuses by itself is told as the contract tells every error.</summary>
public sealed class CompleteAnswer : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(Complete, context);
        return GrpcAnswer.IsAskedFor(context) ? next(context) : RunJsonAsync(context, next);
    }

    private static async Task RunJsonAsync(HttpContext context, RequestDelegate next)
    {
        var response = context.Response;
        JsonAnswer.Protect(response);
        await next(context);
        if (response.HasStarted || response.ContentType is not null)
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            JsonAnswer.Refuse(context, new Refusal(ErrorReason.NoSuchCall, ("allow", response.Headers.Allow.ToString())) { Variant = "_METHOD" }, response.StatusCode);
        }
        else if (response.StatusCode == StatusCodes.Status404NotFound)
        {
            JsonAnswer.Refuse(context, new Refusal(ErrorReason.NoSuchCall));
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
            GrpcAnswer.Refuse(context, reason == ErrorReason.Internal ? new Refusal(reason, ("trace_id", context.TraceId())) : new Refusal(reason));
            context.Response.StatusCode = code; // of a wrong content type, 415
        }

        return Task.CompletedTask;
    }

    private static ErrorReason? ReasonOf(HttpContext context, string status) => (StatusCode)int.Parse(status, CultureInfo.InvariantCulture) switch
    {
        StatusCode.DeadlineExceeded => ErrorReason.Deadline,
        StatusCode.ResourceExhausted => ErrorReason.MessageTooLarge,
        StatusCode.Internal or StatusCode.Unknown => context.Features.Get<RequestReading.Reading>() is { HasEnded: true } ? ErrorReason.Internal : ErrorReason.MalformedMessage,
        _ => null,
    };
}
