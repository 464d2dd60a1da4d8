using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>One frame of HTTP/2 (RFC 9113, 4.1).</summary>
public sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, Ack = 1, EndHeaders = 4;
}

/// <summary>A connection of HTTP/2 frame by frame, for what no HTTP client would send.</summary>
public sealed class RawHttp2 : IDisposable
{
    private const int FrameHead = 9;
    private const int MostOfFrame = 16_384;
    private const byte HeaderTableSize = 1;

    private readonly TcpClient socket = new() { NoDelay = true };

    private NetworkStream Stream => socket.GetStream();

    /// <summary>A connection that the server has greeted.</summary>
    /// <exception cref="IOException">The server closed it.</exception>
    public static async Task<RawHttp2> ConnectAsync(string address, int? receiveBuffer = null)
    {
        var http = await OpenSocketAsync(address, receiveBuffer);
        try
        {
            await http.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
            // No table of headers, so that an answer's headers can be read one by one.
            await http.SendAsync(Http2Frame.Settings, 0, 0, [0, HeaderTableSize, 0, 0, 0, 0]);
            while ((await http.NextAsync()).Type != Http2Frame.Settings)
            {
            }

            return http;
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>A connection on which nothing was said yet.</summary>
    /// <exception cref="IOException">The server closed it.</exception>
    public static async Task<RawHttp2> OpenSocketAsync(string address, int? receiveBuffer = null)
    {
        var http = new RawHttp2();
        http.socket.ReceiveBufferSize = receiveBuffer ?? http.socket.ReceiveBufferSize;
        try
        {
            await http.socket.ConnectAsync("127.0.0.1", new Uri(address).Port);
            return http;
        }
        catch (SocketException e)
        {
            // A reset that comes before we looked fails the connect; one that comes after fails the first read.
            http.Dispose();
            throw new IOException(e.Message, e);
        }
    }

    public async Task SendAsync(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await Stream.WriteAsync(bytes, patience.Token);
    }

    public Task SendAsync(byte type, byte flags, int stream, byte[] payload) => SendAsync(Frame(type, flags, stream, payload));

    /// <summary>A frame as bytes.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[FrameHead + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(0), payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHead));
        return frame;
    }

    /// <summary>Begins a call of gRPC; its request may follow or not.</summary>
    public Task OpenAsync(int stream, string path, string? token, params (string Name, string Value)[] more) => SendAsync(Opening(stream, path, token, more));

    /// <summary>A call of gRPC with an empty request.</summary>
    public Task CallAsync(int stream, string path, string? token, params (string Name, string Value)[] more) =>
        SendAsync([.. Opening(stream, path, token, more), .. Frame(Http2Frame.Data, Http2Frame.EndStream, stream, RawCall.Frame([]))]);

    /// <summary>The frame that begins a call of gRPC, and those that its headers go on in.</summary>
    public static byte[] Opening(int stream, string path, string? token, params (string Name, string Value)[] more)
    {
        var parts = Headers(
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
            .. token is null ? [] : new[] { ("authorization", "Bearer " + token) },
            .. more,
        ]).Chunk(MostOfFrame).ToArray();
        return [.. parts.SelectMany((part, i) =>
            Frame(i == 0 ? Http2Frame.Headers : Http2Frame.Continuation, i == parts.Length - 1 ? Http2Frame.EndHeaders : (byte)0, stream, part))];
    }

    /// <summary>The next frame; questions of the connection are answered on the way.</summary>
    public Task<Http2Frame> NextAsync() => NextAsync(_ => true);

    /// <summary>The next headers of an answer, as "name: value" where they are literal.</summary>
    public async Task<(int Stream, string Headers)> ReadHeadersAsync()
    {
        var frame = await NextAsync(frame => frame.Type is Http2Frame.Headers or Http2Frame.GoAway);
        Assert.NotEqual(Http2Frame.GoAway, frame.Type);
        return (frame.Stream, Text(frame));
    }

    /// <summary>The headers that end the next answer that ends; none where its stream is reset.</summary>
    public async Task<(int Stream, string Headers)> ReadEndAsync()
    {
        var frame = await NextAsync(frame => frame.Type is Http2Frame.GoAway or Http2Frame.Reset
            || (frame.Type == Http2Frame.Headers && (frame.Flags & Http2Frame.EndStream) != 0));
        Assert.NotEqual(Http2Frame.GoAway, frame.Type);
        return (frame.Stream, frame.Type == Http2Frame.Reset ? "" : Text(frame));
    }

    /// <summary>Returns when the server has taken in all that was sent before.</summary>
    public async Task PingAsync()
    {
        await SendAsync(Http2Frame.Ping, 0, 0, new byte[8]);
        await NextAsync(frame => frame.Type == Http2Frame.Ping && (frame.Flags & Http2Frame.Ack) != 0);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>A block of headers, each literal and never indexed (RFC 7541, 6.2.2).</summary>
    public static byte[] Headers(IEnumerable<(string Name, string Value)> headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            Write(block, name);
            Write(block, value);
        }

        return block.ToArray();
    }

    // The patience is for all frames up to the one that is wanted: the server's pings come for ever.
    private async Task<Http2Frame> NextAsync(Func<Http2Frame, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (true)
        {
            var head = new byte[FrameHead];
            await Stream.ReadExactlyAsync(head, patience.Token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(0)) >>> 8];
            await Stream.ReadExactlyAsync(payload, patience.Token);
            var frame = new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
            if (frame.Type is Http2Frame.Settings or Http2Frame.Ping && (frame.Flags & Http2Frame.Ack) == 0)
            {
                await SendAsync(frame.Type, Http2Frame.Ack, 0, frame.Type == Http2Frame.Ping ? payload : []);
            }

            if (isWanted(frame))
            {
                return frame;
            }
        }
    }

    // The byte before a value is its length.
    private static string Text(Http2Frame headers) => Encoding.Latin1.GetString(headers.Payload)
        .Replace("grpc-status\u0001", "grpc-status: ", StringComparison.Ordinal).Replace("grpc-status\u0002", "grpc-status: ", StringComparison.Ordinal);

    private static void Write(MemoryStream block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var rest = bytes.Length - 127;
        block.WriteByte((byte)Math.Min(bytes.Length, 127));
        for (; rest >= 0; rest = rest < 128 ? -1 : rest >> 7)
        {
            block.WriteByte((byte)(rest < 128 ? rest : (rest & 127) | 128));
        }

        block.Write(bytes);
    }
}
