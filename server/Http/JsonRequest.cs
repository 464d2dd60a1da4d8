using System.Buffers;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Net.Http.Headers;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Http;

/// <summary>
/// A request over HTTP is looked at as a whole before its call is run: its path, its parameters, and its body,
/// which is read here. What the framework would pass over, or name by none of its faults, is refused.
/// </summary>
public sealed class JsonRequest(ConnectionLimits limits) : IMiddleware
{
    private const string IdempotencyKey = "Idempotency-Key";
    private const string PassedOverLength = "X-Content-Length"; // where Kestrel leaves a Content-Length that came beside Transfer-Encoding

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } call ? RunAsync(context, call, next) : next(context);

    private async Task RunAsync(HttpContext context, GrpcJsonTranscodingMetadata call, RequestDelegate next)
    {
        try
        {
            if (await CheckAsync(context, call) is var (refusal, http))
            {
                CallAnswer.Refuse(context, refusal, http);
                return;
            }
        }
        catch (BadHttpRequestException e)
        {
            var tooLarge = e.StatusCode == StatusCodes.Status413PayloadTooLarge;
            CallAnswer.Refuse(context, tooLarge ? new Refusal(ErrorReason.MessageTooLarge) : new Refusal(ErrorReason.MalformedMessage) { Variant = "_READ" }, e.StatusCode);
            return;
        }
        catch (OperationCanceledException) when (CallDeadline.HasPassed(context))
        {
            CallAnswer.Refuse(context, new Refusal(ErrorReason.Deadline));
            return;
        }

        await next(context);
    }

    private async Task<(Refusal Refusal, int? Http)?> CheckAsync(HttpContext context, GrpcJsonTranscodingMetadata call)
    {
        var (request, message, hasBody) = (context.Request, call.MethodDescriptor.InputType, call.HttpRule.Body.Length > 0);
        var rules = new RequestRules();
        var inPath = request.RouteValues.Keys.ToHashSet();
        UrlFields.CheckPath(request.RouteValues, message, rules);
        UrlFields.CheckQuery(request.Query, message, hasBody, inPath, rules);
        if (request.Headers[IdempotencyKey].Count > 1)
        {
            rules.Fault(IdempotencyKey, FieldRule.Twice);
        }

        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey(PassedOverLength))
        {
            context.Response.Headers.Connection = "close"; // whoever sent this on may think that it ends elsewhere
            return (new Refusal(ErrorReason.MalformedMessage) { Variant = "_LENGTH" }, null);
        }

        if (!hasBody)
        {
            return request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0
                ? (new Refusal(ErrorReason.MalformedMessage) { Variant = "_BODY" }, null)
                : Of(rules);
        }

        return await CheckBodyAsync(request, message, inPath, rules);
    }

    private async Task<(Refusal Refusal, int? Http)?> CheckBodyAsync(HttpRequest request, MessageDescriptor message, IReadOnlySet<string> inPath, RequestRules rules)
    {
        var body = await ReadAsync(request);
        if (body.Length == 0)
        {
            (body, request.ContentType) = (Nothing, "application/json"); // a command that has nothing to say but its order
        }
        else if (!IsJson(request.ContentType))
        {
            return (new Refusal(ErrorReason.MalformedMessage) { Variant = "_TYPE" }, StatusCodes.Status415UnsupportedMediaType);
        }

        if (JsonBody.Check(body, message, inPath, rules) is { } refusal)
        {
            return (refusal, null);
        }

        request.Body = new MemoryStream(body, writable: false);
        return Of(rules);
    }

    private static (Refusal Refusal, int? Http)? Of(RequestRules rules) => rules.Refusal is { } refusal ? (refusal, null) : null;

    // JSON is UTF-8 (RFC 8259, 8.1); what says to be another is not read as one.
    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    private async Task<byte[]> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength == 0)
        {
            return [];
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > limits.RequestBytes)
            {
                throw new BadHttpRequestException("larger than it may be", StatusCodes.Status413PayloadTooLarge);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
