using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// Where the next page starts, bound to the caller and the filters that it was given for. It guards
/// against mistakes, not against forgery: what a caller may see is decided at each call.
/// </summary>
public static class PageToken
{
    private const int CheckBytes = 16;

    /// <summary>The token for the page after this key. The query is the request without page_token and page_size.</summary>
    public static string Write(long after, IMessage query, Caller caller)
    {
        Span<byte> token = stackalloc byte[sizeof(long) + CheckBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, after);
        Check(after, query, caller).CopyTo(token[sizeof(long)..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The key after which the page starts; null for the first page.</summary>
    public static long? Read(string token, IMessage query, Caller caller, out Refusal? refusal)
    {
        refusal = null;
        if (token.Length == 0)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[sizeof(long) + CheckBytes];
        if (Base64Url.IsValid(token, out var length) && length == bytes.Length
            && Base64Url.TryDecodeFromChars(token, bytes, out _)
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is var after
            && Check(after, query, caller).SequenceEqual(bytes[sizeof(long)..]))
        {
            return after;
        }

        refusal = new Refusal(ErrorReason.PageTokenInvalid);
        return null;
    }

    private static ReadOnlySpan<byte> Check(long after, IMessage query, Caller caller) =>
        SHA256.HashData([.. BitConverter.GetBytes(after), .. Encoding.UTF8.GetBytes(caller.Key), 0, .. query.ToByteArray()]).AsSpan(0, CheckBytes);
}
