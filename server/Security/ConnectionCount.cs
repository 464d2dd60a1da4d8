using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrderGrpc.Server.Security;

/// <summary>
/// So many connections from one address, and so many new ones a second: without the one a single
/// stranger could hold all that the server takes, and need no token for it; without the other it would
/// come back for more of what a connection is allowed.
/// </summary>
/// <param name="most">The most at once; 0 for no limit.</param>
/// <param name="fresh">How many new ones a second.</param>
/// <param name="proxies">Whose connections are not counted: they are everybody's.</param>
/// <param name="onRefused">Told of each that is refused.</param>
public sealed class ConnectionCount(int most, AddressBuckets fresh, TrustedProxies proxies, Action<IPAddress> onRefused)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> open = [];

    /// <summary>The addresses that have connections now.</summary>
    public int Addresses
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>The step of a connection before TLS.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: { } address } || proxies.Contain(address))
        {
            await next(connection);
            return;
        }

        var key = AddressKey.Of(address);
        if (!fresh.Take(key) || !Enter(key))
        {
            onRefused(address);
            connection.Abort(new ConnectionAbortedException("too many connections from one address"));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(key);
        }
    };

    private bool Enter(IPAddress key)
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(key);
            if (most > 0 && count >= most)
            {
                return false;
            }

            open[key] = count + 1;
            return true;
        }
    }

    private void Leave(IPAddress key)
    {
        lock (gate)
        {
            if (open[key] == 1)
            {
                open.Remove(key);
            }
            else
            {
                open[key]--;
            }
        }
    }
}
