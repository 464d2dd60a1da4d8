using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrderGrpc.Bench.Strangers;

/// <summary>One connection that writes HTTP/2 by hand, from a source address of its choice: what comes back is read and thrown away.</summary>
public sealed class WireStranger : IDisposable
{
    private const int FrameHead = 9;
    private const byte Headers = 1, Reset = 3, EndStreamAndHeaders = 5;

    private const int MadeAtMost = 64;
    private static readonly ConcurrentDictionary<(byte[] Block, int Count, bool Reset, int Stream), byte[]> Made = new();

    private readonly Socket socket;
    private int stream = 1;

    private WireStranger(Socket socket) => this.socket = socket;

    /// <summary>A connection on which nothing was said; null where there is none to be had.</summary>
    public static async Task<WireStranger?> ConnectAsync(IPAddress from, int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return new WireStranger(socket);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Greets, and reads all that comes from then on.</summary>
    public async Task GreetAsync(CancellationToken stop)
    {
        byte[] greeting = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        await SendAsync(greeting, stop);
        _ = DrainAsync(stop);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }

    /// <summary>Opens so many streams in one write, each with this block of headers, and resets each where asked.</summary>
    public Task OpenAsync(byte[] block, int count, bool reset, CancellationToken stop, bool end = false)
    {
        var key = (block, count, reset, stream);
        if (Made.TryGetValue(key, out var made))
        {
            stream += 2 * count;
            return SendAsync(made, stop);
        }

        var size = FrameHead + block.Length + (reset ? FrameHead + sizeof(int) : 0);
        var bytes = new byte[size * count];
        for (var at = 0; at < bytes.Length; at += size, stream += 2)
        {
            var frame = bytes.AsSpan(at, size);
            Head(frame, block.Length, Headers, end ? EndStreamAndHeaders : (byte)4);
            block.CopyTo(frame[FrameHead..]);
            if (reset)
            {
                Head(frame[(FrameHead + block.Length)..], sizeof(int), Reset, 0);
                frame[^1] = 8; // CANCEL
            }
        }

        if (count > 1 && Made.Count < MadeAtMost)
        {
            Made.TryAdd(key, bytes); // each connection begins with the same
        }

        return SendAsync(bytes, stop);
    }

    /// <summary>Opens a stream and sends its one message of gRPC.</summary>
    public async Task CallAsync(byte[] block, byte[] message, CancellationToken stop)
    {
        var data = new byte[FrameHead + 5 + message.Length];
        Head(data, 5 + message.Length, 0, 1);
        data[FrameHead + 4] = (byte)message.Length;
        message.CopyTo(data, FrameHead + 5);
        await OpenAsync(block, 1, reset: false, stop);
        await SendAsync(data, stop);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The block of a call: what is not in the static table is literal, and the token is put in the dynamic table where asked.</summary>
    public static byte[] Block(string path, string? authorization = null, bool index = false)
    {
        using var block = new MemoryStream();
        block.Write([0x83, 0x86]); // POST, http
        Literal(block, [0x04], path);
        Literal(block, [0x01], "localhost");
        Literal(block, [0x0f, 0x10], "application/grpc");
        Literal(block, [0x00, 2, (byte)'t', (byte)'e'], "trailers");
        if (authorization is not null)
        {
            Literal(block, index ? [0x57] : [0x0f, 0x08], authorization);
        }

        return block.ToArray();
    }

    /// <summary>The same block, once the token is in the dynamic table: one byte in its place.</summary>
    public static byte[] IndexedBlock(string path) => [.. Block(path), 0xbe];

    private static void Literal(MemoryStream block, ReadOnlySpan<byte> name, string value)
    {
        block.Write(name);
        var bytes = Encoding.ASCII.GetBytes(value);
        if (bytes.Length < 127)
        {
            block.WriteByte((byte)bytes.Length);
        }
        else
        {
            block.WriteByte(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)(rest | 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }

    private void Head(Span<byte> frame, int length, byte type, byte flags)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], type == 0 ? stream - 2 : stream);
    }

    private async Task DrainAsync(CancellationToken stop)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await socket.ReceiveAsync(buffer, stop) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }

        socket.Dispose();
    }
}
