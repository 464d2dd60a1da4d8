using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Http;

/// <summary>One server-sent event: its id, where it has one, its type, and what it tells.</summary>
public sealed record ServerSent(long? Id, string Type, string Data)
{
    public WatchOrdersResponse Message => WatchOrdersResponse.Parser.ParseJson(Data);
}

/// <summary>A reader of server-sent events, as the standard has them: one connection, read event by event.</summary>
public sealed class EventSource : IDisposable
{
    private const int SocketBytes = 64 << 10; // so that what is not read stays with the server

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { Timeout = Timeout.InfiniteTimeSpan };
    private StreamReader lines = null!;

    public MediaTypeHeaderValue? ContentType { get; private set; }

    /// <exception cref="HttpRequestException">There is no server, or it refuses.</exception>
    public static async Task<EventSource> OpenAsync(string address, string token, string query = "", long? lastEventId = null)
    {
        var source = new EventSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/v1/orders:watch{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is { } last)
        {
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            var response = await source.http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Deadlines.Patience);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException(await response.Content.ReadAsStringAsync(), null, response.StatusCode);
            }

            source.ContentType = response.Content.Headers.ContentType;
            source.lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null where the stream has ended.</summary>
    public async Task<ServerSent?> NextAsync()
    {
        var (id, type, data) = ((long?)null, "message", "");
        while (await lines.ReadLineAsync().WaitAsync(Deadlines.Patience) is { } line)
        {
            var (name, value) = line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? (line[..colon], line[(colon + 2)..]) : (line, "");
            switch (name)
            {
                case "":
                    return new ServerSent(id, type, data);
                case "id":
                    id = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data += value;
                    break;
                default:
                    throw new InvalidDataException($"a stream of events has no line such as {line}");
            }
        }

        return null;
    }

    public void Dispose() => http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SocketBytes };
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
