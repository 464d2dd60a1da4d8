using System.Buffers.Binary;

namespace OrderGrpc.Bench.Watching;

/// <summary>
/// Counts in a gRPC answer what matters here, without making objects of it: thousands of
/// watchers share two cores with the server, and must not be what is measured.
/// </summary>
public static class GrpcFrames
{
    private const int PrefixBytes = 5;

    /// <summary>Reads the whole messages at the start of the bytes; answers how many bytes those were.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, WatchProtocol protocol, ref int ready, ref int events)
    {
        var read = 0;
        while (bytes.Length - read >= PrefixBytes)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[(read + 1)..]);
            if (bytes.Length - read - PrefixBytes < length)
            {
                break;
            }

            CountFields(bytes.Slice(read + PrefixBytes, length), protocol, ref ready, ref events);
            read += PrefixBytes + length;
        }

        return read;
    }

    /// <summary>Bytes of a message, with gRPC's prefix: not compressed, and its length.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[PrefixBytes + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    private static void CountFields(ReadOnlySpan<byte> message, WatchProtocol protocol, ref int ready, ref int events)
    {
        const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;
        while (message.Length > 0)
        {
            var tag = ReadVarint(ref message);
            var field = (int)(tag >> 3);
            ready += field == protocol.ReadyField ? 1 : 0;
            events += field == protocol.EventField ? 1 : 0;
            switch ((int)(tag & 7))
            {
                case Varint:
                    ReadVarint(ref message);
                    break;
                case Fixed64:
                    message = message[8..];
                    break;
                case LengthDelimited:
                    message = message[(int)ReadVarint(ref message)..];
                    break;
                case Fixed32:
                    message = message[4..];
                    break;
                default:
                    throw new InvalidOperationException($"a message has a field of an unknown kind: {tag}");
            }
        }
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
