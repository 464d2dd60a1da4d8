using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Services;

/// <summary>
/// An error as a caller of HTTP gets it: the google.rpc.Status as JSON, under the HTTP status that fits its
/// code, with the headers by which a client of HTTP knows what to do.
/// </summary>
public static class JsonAnswer
{
    private const int Second = 1;

    /// <summary>The messages that stand in the details of an error.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromMessages(
        ErrorInfo.Descriptor, BadRequest.Descriptor, PreconditionFailure.Descriptor, RetryInfo.Descriptor, LocalizedMessage.Descriptor);

    /// <summary>JSON as the contract has it: what is empty or 0 is written too, so that a program finds each field where it looks.</summary>
    public static JsonFormatter Formatter { get; } = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(Details));

    /// <summary>Answers with a refusal, in the language of the call.</summary>
    /// <param name="http">The HTTP status, where it is another than that of the code.</param>
    public static void Refuse(HttpContext context, Refusal refusal, int? http = null)
    {
        var status = refusal.ToStatus(ServerTexts.Choose(context.Request.Headers.AcceptLanguage));
        var response = context.Response;
        response.StatusCode = http ?? HttpStatusOf((StatusCode)status.Code);
        Tell(context, status);
        var body = Encoding.UTF8.GetBytes(Formatter.Format(status));
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
    }

    /// <summary>Says with headers what an error says in its body.</summary>
    public static void Tell(HttpContext context, Google.Rpc.Status status)
    {
        var code = (StatusCode)status.Code;
        context.Features.Set(new Outcome(code));
        if (context.Response.HasStarted)
        {
            return;
        }

        var headers = context.Response.Headers;
        Protect(context.Response);
        if (status.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() is { } delay)
        {
            headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture); // of whole seconds
        }
        else if (code == StatusCode.Unavailable)
        {
            headers.RetryAfter = Second.ToString(CultureInfo.InvariantCulture);
        }

        if (code == StatusCode.Unauthenticated)
        {
            headers.WWWAuthenticate = status.GetDetail<ErrorInfo>()?.Reason == "TOKEN_MISSING" ? "Bearer realm=\"ordergrpc\"" : "Bearer realm=\"ordergrpc\", error=\"invalid_token\"";
        }
    }

    /// <summary>The status of an error, with its details where it has any.</summary>
    public static Google.Rpc.Status StatusOf(RpcException error) =>
        error.GetRpcStatus() ?? new Google.Rpc.Status { Code = (int)error.StatusCode, Message = error.Status.Detail };

    /// <summary>What is answered is its caller's alone, and JSON only: no cache keeps it, and no browser takes it for something else.</summary>
    public static void Protect(Microsoft.AspNetCore.Http.HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>The code by which a call was answered: what was not refused is OK.</summary>
    public static StatusCode CodeOf(HttpContext context) =>
        context.Features.Get<Outcome>()?.Code ?? (context.Response.StatusCode < StatusCodes.Status400BadRequest ? StatusCode.OK : StatusCode.Unknown);

    // As the framework has them, which answers what the services throw.
    private static int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound or StatusCode.Unimplemented => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private sealed record Outcome(StatusCode Code);
}
