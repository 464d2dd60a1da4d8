using System.Net;

namespace OrderGrpc.Server.Security;

/// <summary>
/// So many of something a second from each address: a bucket that holds one second's worth and is
/// filled all the time. Two generations of buckets, of which the older is dropped when the younger is
/// full: there are more addresses in the world than memory, and one dropped is as one that was never seen.
/// </summary>
/// <param name="perSecond">How many; 0 for no limit.</param>
/// <param name="remembered">How many addresses are remembered at most.</param>
public sealed class AddressBuckets(int perSecond, int remembered, TimeProvider time)
{
    // A bucket is kept as the moment at which it will be full again, so filling it costs nothing.
    private readonly long each = perSecond == 0 ? 0 : Math.Max(time.TimestampFrequency / perSecond, 1);
    private readonly Lock gate = new();
    private Dictionary<IPAddress, long> young = [];
    private Dictionary<IPAddress, long> old = [];

    /// <summary>The addresses that are remembered now.</summary>
    public int Remembered
    {
        get
        {
            lock (gate)
            {
                return young.Count + old.Count;
            }
        }
    }

    /// <summary>Whether there is nothing to take of the address now.</summary>
    public bool IsEmpty(IPAddress key)
    {
        if (each == 0)
        {
            return false;
        }

        lock (gate)
        {
            return (young.TryGetValue(key, out var at) || old.TryGetValue(key, out at)) && at - time.GetTimestamp() > each * (perSecond - 1);
        }
    }

    /// <summary>Takes one of the address; false where its bucket is empty.</summary>
    public bool Take(IPAddress key)
    {
        if (each == 0)
        {
            return true;
        }

        lock (gate)
        {
            var now = time.GetTimestamp();
            var full = Math.Max(young.TryGetValue(key, out var at) || old.TryGetValue(key, out at) ? at : now, now) + each;
            if (full - now > each * perSecond)
            {
                return false;
            }

            if (young.Count >= remembered / 2 && !young.ContainsKey(key))
            {
                (old, young) = (young, old);
                young.Clear();
            }

            young[key] = full;
            return true;
        }
    }
}
