using System.IO.Compression;
using Google.Protobuf.Reflection;
using OrderGrpc.Server;

namespace OrderGrpc.Tests.Strangers;

/// <summary>One kind of malformed input after the other, all of one seed.</summary>
public sealed class WireFuzz(string address, IReadOnlyList<string> tokens, int seed) : IDisposable
{
    private static readonly byte[] Bomb = Gzip(new byte[64 << 20]);
    private static readonly string[] ContentTypes = ["", "text/plain", "application/json", "application/grpc+json", "application/grpcx", "application/grpc-web", "application/grpc;\u007f"];

    private readonly Random random = new(seed);
    private readonly RawCall raw = new(address);
    private MethodDescriptor method = EveryMethod.All[0];

    /// <summary>How often each kind was sent, and what was answered.</summary>
    public Dictionary<string, int> Told { get; } = [];

    public int Sent { get; private set; }

    /// <summary>Sends one piece of malformed input and checks the answer, if there is one.</summary>
    public async Task SendAsync()
    {
        Sent++;
        switch (random.Next(12))
        {
            case 0: await CallAsync("flipped", RawCall.Frame(Flip(Request()))); break;
            case 1: await CallAsync("truncated", RawCall.Frame(Request() is var whole && whole.Length > 0 ? whole[..random.Next(whole.Length)] : whole)); break;
            case 2: await CallAsync("random message", RawCall.Frame(Bytes(random.Next(200)))); break;
            case 3: await CallAsync("unknown fields", RawCall.Frame([.. Request(), 0xfa, 0xff, 0x7f, 5, .. Bytes(5)])); break;
            case 4: await CallAsync("frame that lies", Lie(RawCall.Frame(Request()))); break;
            case 5: await CallAsync("compressed", RawCall.Frame(random.Next(3) switch { 0 => Bomb, 1 => Flip(Gzip(Request())), _ => Bytes(50) }, compressed: true), Encoding()); break;
            case 6: await CallAsync("content type", RawCall.Frame(Request()), ContentTypes[random.Next(ContentTypes.Length)]); break;
            case 7: await CallAsync("headers", RawCall.Frame(Request()), "application/grpc", ("grpc-timeout", Word()), ("accept-language", Word()), ("grpc-encoding", "identity"), ("x-bin", Word())); break;
            case 8: await SocketAsync("no HTTP/2", [.. "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8, .. Bytes(random.Next(100))], greet: false); break;
            case 9: await SocketAsync("random frames", Frames(), greet: true); break;
            case 10: await ResetsAsync(); break;
            default: await HalfOpenAsync(); break;
        }
    }

    public void Dispose() => raw.Dispose();

    private static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }

    private byte[] Request()
    {
        method = EveryMethod.All[random.Next(EveryMethod.All.Count)];
        return EveryMethod.RequestOf(method, random.Next(1, 10));
    }

    private Task CallAsync(string kind, byte[] body, string contentType = "application/grpc", params (string, string)[] headers) =>
        CallAsync(kind, body, headers, contentType);

    private Task CallAsync(string kind, byte[] body, (string, string) header) => CallAsync(kind, body, [header], "application/grpc");

    private async Task CallAsync(string kind, byte[] body, (string, string)[] headers, string contentType)
    {
        var token = tokens[random.Next(tokens.Count)];
        try
        {
            var answer = await raw.SendAsync(EveryMethod.PathOf(method), body, token, stream: method.IsServerStreaming, contentType, headers);
            var told = $"{kind}: {answer.Told}";
            Told[told] = Told.GetValueOrDefault(told) + 1;
            var fault = answer.Status is 2 or 13 || (int)answer.Http >= 500;
            Assert.False(fault, $"seed {seed}, {kind} to {EveryMethod.PathOf(method)} ({contentType}; {Convert.ToHexString(body[..Math.Min(body.Length, 300)])}): {answer.Told}\n{answer.Everything}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Told[$"{kind}: closed"] = Told.GetValueOrDefault($"{kind}: closed") + 1;
        }
    }

    private async Task SocketAsync(string kind, byte[] bytes, bool greet)
    {
        try
        {
            using var socket = greet ? await RawHttp2.ConnectAsync(address) : await RawHttp2.OpenSocketAsync(address);
            await socket.SendAsync(bytes);
        }
        catch (IOException)
        {
            // Closed by the server while we were writing: as it should.
        }

        Told[kind] = Told.GetValueOrDefault(kind) + 1;
    }

    // The rapid reset of CVE-2023-44487, at a size that a test may have.
    private async Task ResetsAsync()
    {
        try
        {
            using var http = await RawHttp2.ConnectAsync(address);
            for (var stream = 1; stream < 200; stream += 2)
            {
                await http.OpenAsync(stream, "/ordergrpc.v1.OrderQueryService/GetOrder", tokens[0]);
                await http.SendAsync(Http2Frame.Reset, 0, stream, [0, 0, 0, 8]);
            }
        }
        catch (IOException)
        {
            // Closed: it has had enough.
        }

        Told["resets"] = Told.GetValueOrDefault("resets") + 1;
    }

    private async Task HalfOpenAsync()
    {
        try
        {
            using var http = await RawHttp2.ConnectAsync(address);
            await http.OpenAsync(1, "/ordergrpc.v1.ClientService/PlaceOrder", tokens[0]);
            await http.SendAsync(Http2Frame.Data, 0, 1, RawCall.Frame(Bytes(100))[..random.Next(1, 100)]);
            await http.SendAsync(Http2Frame.Headers, 0, 3, Bytes(3)); // headers that never end
        }
        catch (IOException)
        {
            // More new connections than one address may have.
        }

        Told["half open"] = Told.GetValueOrDefault("half open") + 1;
    }

    private byte[] Frames()
    {
        var frames = new MemoryStream();
        for (var i = 0; i < random.Next(1, 20); i++)
        {
            var payload = Bytes(random.Next(40));
            frames.Write([0, 0, (byte)payload.Length, (byte)random.Next(11), (byte)random.Next(256), 0, 0, 0, (byte)random.Next(8), .. payload]);
        }

        return frames.ToArray();
    }

    private byte[] Flip(byte[] bytes)
    {
        for (var i = 0; bytes.Length > 0 && i < random.Next(1, 6); i++)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private byte[] Lie(byte[] frame) => random.Next(4) switch
    {
        0 => frame[..random.Next(frame.Length)],
        1 => [.. frame, .. Bytes(random.Next(1, 20))],
        2 => [.. frame, .. frame],
        _ => [0, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), .. frame[5..]],
    };

    private (string, string) Encoding() => random.Next(4) switch { 0 => ("grpc-encoding", "br"), 1 => ("grpc-encoding", "identity"), 2 => ("x", "none"), _ => ("grpc-encoding", "gzip") };

    private string Word() => new([.. Enumerable.Range(0, random.Next(1, random.Next(10) == 0 ? ServerLimits.Default.Connections.HeaderFieldBytes : 30)).Select(_ => (char)random.Next(0x21, 0x7f))]);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
