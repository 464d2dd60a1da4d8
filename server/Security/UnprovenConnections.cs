using System.Net;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The connections without a good call yet: so many of one address and so many in all. A new one
/// takes the place of the oldest of its address, or of the address that has the most: who holds
/// connections and says nothing keeps nobody else out.
/// </summary>
/// <param name="perAddress">The most of one address; 0 for no limit but that of all.</param>
/// <param name="inAll">The most of all addresses.</param>
public sealed class UnprovenConnections(int perAddress, int inAll)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, LinkedList<ConnectionUse>> byAddress = [];
    private int count;

    /// <summary>How many there are now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return count;
            }
        }
    }

    /// <summary>Adds a new one, and ends another for it where there are as many as there may be.</summary>
    public void Add(ConnectionUse connection)
    {
        ConnectionUse? oldest = null;
        lock (gate)
        {
            var own = byAddress.GetValueOrDefault(connection.Address);
            if (perAddress > 0 && own?.Count >= perAddress)
            {
                oldest = own.First!.Value;
            }
            else if (count >= inAll)
            {
                oldest = byAddress.Values.MaxBy(list => list.Count)!.First!.Value;
            }

            if (oldest is not null)
            {
                Take(oldest);
            }

            if (!byAddress.TryGetValue(connection.Address, out own))
            {
                byAddress.Add(connection.Address, own = []);
            }

            connection.Place = own.AddLast(connection);
            count++;
        }

        oldest?.Abort("there are newer connections without a good call");
    }

    /// <summary>It has had a good call, or has ended.</summary>
    public void Remove(ConnectionUse connection)
    {
        lock (gate)
        {
            Take(connection);
        }
    }

    private void Take(ConnectionUse connection)
    {
        if (connection.Place is { List: { } list } place)
        {
            list.Remove(place);
            connection.Place = null;
            count--;
            if (list.Count == 0)
            {
                byAddress.Remove(connection.Address);
            }
        }
    }
}
