using System.Collections.Concurrent;
using System.Net;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>By what limits are counted: whose account it is, or the address where nobody says who calls.</summary>
public readonly record struct LimitKey(Caller Caller, IPAddress? Address)
{
    /// <summary>Of a caller.</summary>
    public static LimitKey Of(Caller caller) => new(caller.Account, null);

    /// <summary>Of a call: health is open to everybody, so there it is the address that counts.</summary>
    public static LimitKey Of(HttpContext context) => context.User.Identity is CallerIdentity identity
        ? Of(identity.Caller)
        : new(default, AddressKey.Of(context));
}

/// <summary>
/// How many requests a second a caller makes, and how many calls it has running. Each caller has a
/// bucket of its own that holds one second's worth and is filled all the time; what one takes is
/// not taken from another.
/// </summary>
public sealed class CallerBuckets(ServerOptions options, CallLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<LimitKey, Usage> usages = new();

    // A bucket is kept as the moment at which it will be full again, so filling it costs nothing.
    private readonly Rate rate = Rate.Of(options.MaxRequestsPerSecond, time);
    private int forgetting;

    /// <summary>The callers that are remembered now.</summary>
    public int Remembered => usages.Count;

    /// <summary>Takes one request from the caller's bucket: null, or how long until there is one.</summary>
    public TimeSpan? Take(LimitKey caller)
    {
        if (rate.PerRequest == 0)
        {
            return null;
        }

        while (true)
        {
            var usage = Find(caller);
            lock (usage)
            {
                if (!usage.Forgotten)
                {
                    return Take(usage, time.GetTimestamp());
                }
            }
        }
    }

    /// <summary>Counts a call that was refused for its rate: null, or for how long the caller has had its share of those.</summary>
    public TimeSpan? Refuse(LimitKey caller)
    {
        var usage = Find(caller);
        lock (usage)
        {
            var now = time.GetTimestamp();
            usage.QuietAt = Math.Max(usage.QuietAt, now) + rate.PerRequest;
            var past = usage.QuietAt - now - rate.Held;
            return past <= 0 ? null : time.GetElapsedTime(0, past);
        }
    }

    /// <summary>
    /// Takes what an answer cost beyond its request, once it is known: into debt where need be, so
    /// that the next request waits the longer.
    /// </summary>
    public void Charge(LimitKey caller, double requests)
    {
        while (rate.PerRequest > 0 && requests > 0)
        {
            var usage = Find(caller);
            lock (usage)
            {
                if (!usage.Forgotten)
                {
                    usage.FullAt = Math.Max(usage.FullAt, time.GetTimestamp()) + (long)(requests * rate.PerRequest);
                    return;
                }
            }
        }
    }

    /// <summary>
    /// How long until the caller has paid what it was charged; null where it has. One request may be
    /// missing: a call that took the last one may still read what it asks for.
    /// </summary>
    public TimeSpan? DebtOf(LimitKey caller)
    {
        if (rate.PerRequest == 0 || !usages.TryGetValue(caller, out var usage))
        {
            return null;
        }

        lock (usage)
        {
            var missing = usage.FullAt - time.GetTimestamp() - rate.Held - rate.PerRequest;
            return missing > 0 ? time.GetElapsedTime(0, missing) : null;
        }
    }

    /// <summary>Counts one more running call where the caller may have it; <see cref="Leave"/> counts it out. 0 is no limit.</summary>
    public bool Enter(LimitKey caller, int most)
    {
        while (true)
        {
            var usage = Find(caller);
            lock (usage)
            {
                if (!usage.Forgotten)
                {
                    var allowed = most == 0 || usage.Running < most;
                    usage.Running += allowed ? 1 : 0;
                    return allowed;
                }
            }
        }
    }

    /// <summary>A call that was let in has ended.</summary>
    public void Leave(LimitKey caller)
    {
        var usage = usages[caller];
        lock (usage)
        {
            usage.Running--;
        }
    }

    private TimeSpan? Take(Usage usage, long now)
    {
        var full = Math.Max(usage.FullAt, now) + rate.PerRequest;
        var missing = full - now - rate.Held;
        if (missing <= 0)
        {
            usage.FullAt = full;
            return null;
        }

        var wait = time.GetElapsedTime(0, missing);
        return wait > limits.LeastRetry ? wait : limits.LeastRetry;
    }

    private Usage Find(LimitKey caller)
    {
        if (usages.TryGetValue(caller, out var usage))
        {
            return usage;
        }

        if (usages.Count >= limits.CallersRemembered && Interlocked.Exchange(ref forgetting, 1) == 0)
        {
            Forget();
            Volatile.Write(ref forgetting, 0);
        }

        return usages.GetOrAdd(caller, static _ => new Usage());
    }

    // A caller with a full bucket and nothing running is as one that never called.
    private void Forget()
    {
        foreach (var (caller, usage) in usages)
        {
            lock (usage)
            {
                if (usage.Running == 0 && usage.FullAt <= time.GetTimestamp())
                {
                    usage.Forgotten = true;
                    usages.TryRemove(caller, out _);
                }
            }
        }
    }

    // How long the bucket takes to fill by one request, 0 for no limit; and to fill from empty.
    private readonly record struct Rate(long PerRequest, long Held)
    {
        public static Rate Of(int perSecond, TimeProvider time) =>
            perSecond == 0 ? default : new(time.TimestampFrequency / perSecond, time.TimestampFrequency / perSecond * perSecond);
    }

    private sealed class Usage
    {
        public long FullAt { get; set; }

        public long QuietAt { get; set; } // as FullAt, of the calls that were refused

        public int Running { get; set; }

        public bool Forgotten { get; set; }
    }
}
