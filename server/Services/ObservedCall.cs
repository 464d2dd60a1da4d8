using System.Diagnostics;
using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Telemetry;

namespace OrderGrpc.Server.Services;

/// <summary>
/// Measures a call and makes its span, as the conventions for gRPC have them. Only where telemetry is on, and
/// only of calls that were let in: a stranger chooses no trace id and makes no span. Of the trace's context the
/// caller's ids are taken over, and none of its text.
/// </summary>
public sealed class ObservedCall(TimeProvider time) : IMiddleware
{
    private const string System = "rpc.system.name";
    private const string Method = "rpc.method";
    private const string Status = "rpc.response.status_code";

    // As the protocol writes them. An enum's own names are in other letters.
    private static readonly string[] Codes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is { } method
            ? RunAsync(method.FullName.TrimStart('/'), context, next)
            : next(context);

    private async Task RunAsync(string method, HttpContext context, RequestDelegate next)
    {
        var begun = time.GetTimestamp();
        using var span = context.User.Identity is CallerIdentity ? Start(method, context) : null;
        try
        {
            await next(context);
        }
        finally
        {
            var code = CodeOf(context);
            CallMeter.Duration.Record(time.GetElapsedTime(begun).TotalSeconds, new TagList { { System, "grpc" }, { Method, method }, { Status, Codes[(int)code] } });
            span?.SetTag(Status, Codes[(int)code]);
            if (code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss)
            {
                span?.SetTag("error.type", Codes[(int)code]).SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private static Activity? Start(string method, HttpContext context)
    {
        Activity.Current = null; // the host's own, which it makes for the lines of its log
        _ = ActivityContext.TryParse(context.Request.Headers.TraceParent, null, isRemote: true, out var caller);
        var span = Spans.Source.StartActivity(method, ActivityKind.Server, caller, [new(System, "grpc"), new(Method, method)]);
        if (span is not null)
        {
            context.Features.Set<IHttpActivityFeature>(new Followed(span));
        }

        return span;
    }

    private static StatusCode CodeOf(HttpContext context)
    {
        if (!GrpcAnswer.IsAskedFor(context))
        {
            return context.RequestAborted.IsCancellationRequested ? StatusCode.Cancelled : JsonAnswer.CodeOf(context);
        }

        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers is not null && trailers.TryGetValue(GrpcAnswer.StatusHeader, out StringValues told) ? told : context.Response.Headers[GrpcAnswer.StatusHeader];
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code < Codes.Length ? (StatusCode)code
            : context.RequestAborted.IsCancellationRequested ? StatusCode.Cancelled
            : StatusCode.Unknown;
    }

    private sealed class Followed(Activity span) : IHttpActivityFeature
    {
        public Activity Activity { get; set; } = span;
    }
}
