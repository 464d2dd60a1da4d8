using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>An answer as it was on the wire: everything that the caller gets to see of it.</summary>
public sealed record RawAnswer(HttpStatusCode Http, string Headers, byte[] Body, string Trailers, int? Status, byte[] Details)
{
    /// <summary>The gRPC status code and the reason, such as NOT_FOUND ORDER_NOT_FOUND.</summary>
    public string Told
    {
        get
        {
            var reason = Details.Length == 0 ? "" : " " + Google.Rpc.Status.Parser.ParseFrom(Details).Details
                .Where(any => any.Is(Google.Rpc.ErrorInfo.Descriptor)).Select(any => any.Unpack<Google.Rpc.ErrorInfo>().Reason).SingleOrDefault();
            return (Status is { } status ? ((Grpc.Core.StatusCode)status).ToString() : $"HTTP {(int)Http}") + reason;
        }
    }

    /// <summary>All of it as one string of bytes, with the details decoded.</summary>
    public string Everything => $"{(int)Http}\n{Headers}\n{Encoding.Latin1.GetString(Body)}\n{Trailers}\n{Encoding.Latin1.GetString(Details)}";
}

/// <summary>Calls of gRPC made by hand over HTTP/2, so that nothing is checked, added or left out on the way.</summary>
public sealed class RawCall(string address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(address), Timeout = Deadlines.Patience };

    /// <summary>A message in its frame.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, bool compressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>Calls, and reads the answer to its end, or of a stream without end its first message.</summary>
    public async Task<RawAnswer> SendAsync(
        string path, byte[] body, string? token, bool stream = false, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        if (contentType.Length > 0)
        {
            request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("authorization", "Bearer " + token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var patience = new CancellationTokenSource(Deadlines.Patience);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        var told = Find(response.Headers, "grpc-status");
        var bytes = stream && told is null
            ? await FirstAsync(await response.Content.ReadAsStreamAsync(patience.Token), patience.Token)
            : await response.Content.ReadAsByteArrayAsync(patience.Token);
        var trailers = stream && told is null ? null : response.TrailingHeaders;
        var details = Find(response.Headers, "grpc-status-details-bin") ?? (trailers is null ? null : Find(trailers, "grpc-status-details-bin"));
        var status = told ?? (trailers is null ? null : Find(trailers, "grpc-status"));
        return new RawAnswer(
            response.StatusCode,
            Text(response.Headers) + Text(response.Content.Headers),
            bytes,
            trailers is null ? "" : Text(trailers),
            status is null ? null : int.Parse(status, CultureInfo.InvariantCulture),
            details is null ? [] : Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
    }

    public void Dispose() => http.Dispose();

    private static async Task<byte[]> FirstAsync(Stream body, CancellationToken cancellation)
    {
        var head = new byte[5];
        if (await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation) < head.Length)
        {
            return [];
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellation);
        return [.. head, .. message];
    }

    private static string? Find(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;

    // Without the date, which is the time's, and the details, which are compared decoded.
    private static string Text(HttpHeaders headers) => string.Concat(headers
        .Where(header => header.Key is not ("Date" or "grpc-status-details-bin"))
        .Select(header => $"{header.Key}: {string.Join(",", header.Value)}\n"));
}
