using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace OrderGrpc.Bench.Watching;

/// <summary>One watcher: an HTTP/2 stream whose messages are counted, not decoded.</summary>
public sealed class Watcher : IDisposable
{
    private const int ReadBytes = 64 << 10;
    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    private readonly WatchProtocol _protocol;
    private readonly HttpResponseMessage _answer;
    private readonly CancellationToken _stop;
    private byte[] _rest = [];

    private Watcher(WatchProtocol protocol, HttpResponseMessage answer, CancellationToken stop)
    {
        _protocol = protocol;
        _answer = answer;
        _stop = stop;
    }

    public static async Task<Watcher> OpenAsync(HttpClient http, WatchProtocol protocol, IMessage request, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, protocol.Address + protocol.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new RequestBody(GrpcFrames.Frame(request.ToByteArray()), protocol.KeepsRequestOpen, stop),
        };
        message.Content.Headers.ContentType = Grpc;
        message.Headers.Add("te", "trailers");
        if (protocol.Token is { } token)
        {
            message.Headers.Add("authorization", "Bearer " + token);
        }

        var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.Headers.TryGetValues("grpc-status", out var status))
        {
            var reason = answer.Headers.TryGetValues("grpc-message", out var text) ? text.First() : "";
            throw new InvalidOperationException($"the watch was refused: status {status.First()} {reason}");
        }

        return new(protocol, answer, stop);
    }

    /// <summary>Reads until stopped; tells after each read how many times it was ready and how many events came.</summary>
    public async Task ReadAsync(Action<int, int> onRead)
    {
        await using var body = await _answer.Content.ReadAsStreamAsync(_stop).ConfigureAwait(false);
        while (true)
        {
            // A read of nothing waits for data without holding a buffer: thousands of
            // idle watchers hold none.
            await body.ReadAsync(Memory<byte>.Empty, _stop).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(_rest.Length + ReadBytes);
            try
            {
                _rest.CopyTo(buffer, 0);
                var count = await body.ReadAsync(buffer.AsMemory(_rest.Length), _stop).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new InvalidOperationException("a watch ended by itself");
                }

                int ready = 0, events = 0;
                var length = _rest.Length + count;
                var read = GrpcFrames.Read(buffer.AsSpan(0, length), _protocol, ref ready, ref events);
                _rest = read == length ? [] : buffer[read..length];
                onRead(ready, events);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Takes all that comes, and looks at nothing.</summary>
    public async Task DrainAsync()
    {
        await using var body = await _answer.Content.ReadAsStreamAsync(_stop).ConfigureAwait(false);
        await body.CopyToAsync(Stream.Null, ReadBytes, _stop).ConfigureAwait(false);
    }

    public void Dispose() => _answer.Dispose();

    /// <summary>The request's one message; for etcd it then stays open until the watch is stopped.</summary>
    private sealed class RequestBody(byte[] frame, bool staysOpen, CancellationToken stop) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(frame, CancellationToken.None).ConfigureAwait(false);
            await stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            if (staysOpen)
            {
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = frame.Length;
            return !staysOpen;
        }
    }
}
