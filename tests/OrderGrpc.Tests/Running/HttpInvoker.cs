using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>
/// The calls of the contract made over HTTP/1.1, as their annotations say: what a generated client asks of gRPC
/// is asked there, and what it is answered is read back. So a suite of gRPC's runs over HTTP as it is.
/// </summary>
public sealed class HttpInvoker(string address, string? token, string language) : CallInvoker, IDisposable
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(TypeRegistry.FromMessages(
        ErrorInfo.Descriptor, BadRequest.Descriptor, PreconditionFailure.Descriptor, RetryInfo.Descriptor, LocalizedMessage.Descriptor)));

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    private static readonly Dictionary<string, MethodDescriptor> Methods =
        new[] { ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor }
            .SelectMany(service => service.Methods).ToDictionary(method => $"/{method.Service.FullName}/{method.Name}");

    private readonly HttpClient http = new() { BaseAddress = new Uri(address), Timeout = Deadlines.Patience };

    /// <summary>The request of a call, as its annotation has it.</summary>
    public static HttpRequestMessage RequestOf(MethodDescriptor method, IMessage request)
    {
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        var rest = method.InputType.Parser.ParseFrom(request.ToByteArray());
        var path = rule.Get.Length > 0 ? rule.Get : rule.Post;
        foreach (var field in method.InputType.Fields.InFieldNumberOrder().Where(field => path.Contains($"{{{field.Name}}}", StringComparison.Ordinal)))
        {
            path = path.Replace($"{{{field.Name}}}", Convert.ToString(field.Accessor.GetValue(request), CultureInfo.InvariantCulture), StringComparison.Ordinal);
            field.Accessor.Clear(rest);
        }

        return rule.Body.Length > 0
            ? new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Formatter.Format(rest), Encoding.UTF8, "application/json") }
            : new HttpRequestMessage(HttpMethod.Get, path + Query(rest));
    }

    /// <summary>The error that a body of JSON tells.</summary>
    public static RpcException ErrorOf(string json) => Parser.Parse<Google.Rpc.Status>(json).ToRpcException();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(RunAsync<TResponse>(Methods[method.FullName], (IMessage)(object)request), Task.FromResult(Metadata.Empty), () => Grpc.Core.Status.DefaultSuccess, () => [], () => { });

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var lines = new JsonLines<TResponse>(() => SendAsync(Methods[method.FullName], (IMessage)(object)request), Methods[method.FullName].OutputType);
        return new(lines, lines.BegunAsync(), () => Grpc.Core.Status.DefaultSuccess, () => [], lines.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException();

    public void Dispose() => http.Dispose();

    private async Task<TResponse> RunAsync<TResponse>(MethodDescriptor method, IMessage request)
    {
        using var response = await SendAsync(method, request);
        return (TResponse)Parser.Parse(await response.Content.ReadAsStringAsync(), method.OutputType);
    }

    private async Task<HttpResponseMessage> SendAsync(MethodDescriptor method, IMessage request)
    {
        var message = RequestOf(method, request);
        message.Headers.TryAddWithoutValidation("Authorization", token is null ? null : "Bearer " + token);
        message.Headers.TryAddWithoutValidation("Accept-Language", language);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (HttpRequestException e)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, e.Message, e)); // as a client of gRPC has it
        }

        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response;
        }

        using (response)
        {
            var error = ErrorOf(await response.Content.ReadAsStringAsync());
            Assert.Equal(HttpStatusOf(error.StatusCode), response.StatusCode);
            Assert.Equal(error.StatusCode == StatusCode.Unauthenticated, response.Headers.WwwAuthenticate.Count > 0);
            Assert.True(error.GetRpcStatus()!.GetDetail<RetryInfo>() is null || response.Headers.RetryAfter is not null);
            throw error;
        }
    }

    // What JSON says of it, as parameters.
    private static string Query(IMessage message)
    {
        using var json = JsonDocument.Parse(Formatter.Format(message));
        var parameters = json.RootElement.EnumerateObject().SelectMany(field => field.Value.ValueKind == JsonValueKind.Array
            ? field.Value.EnumerateArray().Select(one => (field.Name, one.ToString()))
            : [(field.Name, field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.Value.GetRawText() : field.Value.ToString())]);
        return string.Concat(parameters.Select((parameter, at) => $"{(at == 0 ? '?' : '&')}{parameter.Name}={Uri.EscapeDataString(parameter.Item2)}"));
    }

    private static HttpStatusCode HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => HttpStatusCode.BadRequest,
        StatusCode.Unauthenticated => HttpStatusCode.Unauthorized,
        StatusCode.PermissionDenied => HttpStatusCode.Forbidden,
        StatusCode.NotFound => HttpStatusCode.NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => HttpStatusCode.Conflict,
        StatusCode.ResourceExhausted => HttpStatusCode.TooManyRequests,
        StatusCode.Unavailable => HttpStatusCode.ServiceUnavailable,
        StatusCode.DeadlineExceeded => HttpStatusCode.GatewayTimeout,
        _ => HttpStatusCode.InternalServerError,
    };
}

/// <summary>An answer of one object a line, as a stream of messages; a line that tells an error ends it.</summary>
public sealed class JsonLines<T>(Func<Task<HttpResponseMessage>> send, MessageDescriptor type) : IAsyncStreamReader<T>, IDisposable
{
    private readonly Lazy<Task<(HttpResponseMessage Response, StreamReader Lines)>> answer = new(async () =>
    {
        var response = await send();
        return (response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    });

    public T Current { get; private set; } = default!;

    public async Task<Metadata> BegunAsync()
    {
        await answer.Value;
        return Metadata.Empty;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var (_, lines) = await answer.Value.WaitAsync(cancellationToken);
        string? line;
        try
        {
            line = await lines.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, e.Message, e));
        }

        if (line is null)
        {
            return false;
        }

        if (line.Replace(" ", "", StringComparison.Ordinal).StartsWith("{\"code\":", StringComparison.Ordinal))
        {
            throw HttpInvoker.ErrorOf(line);
        }

        Current = (T)JsonParser.Default.Parse(line, type);
        return true;
    }

    public void Dispose()
    {
        if (answer.IsValueCreated && answer.Value.IsCompletedSuccessfully)
        {
            answer.Value.Result.Response.Dispose();
        }
    }
}
