using System.Net;
using System.Net.Sockets;

namespace OrderGrpc.Server.Security;

/// <summary>An address as one that limits are counted by.</summary>
public static class AddressKey
{
    private const int NetworkBytes = 8;

    /// <summary>Of whom a call is from: who is behind the proxy, where it came through one that is trusted.</summary>
    public static IPAddress Of(HttpContext call) => Of(call.Connection.RemoteIpAddress ?? IPAddress.None);

    /// <summary>Of IPv6 the first 64 bits: whoever has one such address has all of its network.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[2 * NetworkBytes];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return new IPAddress(bytes);
    }
}
