using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OrderGrpc.Server.Security;

/// <summary>
/// What a connection is used for. Until its first good call it is a stranger's: it has a short time, and
/// a few streams and frames, the rest of which wait unread (<see cref="StrangerFrames"/>). Afterwards it
/// is closed when it has had no call for <see cref="ConnectionLimits.IdleConnection"/>. Kestrel's own limit
/// ends only those that say nothing at all: each ping puts it off. When the server stops, one whose calls
/// have ended and whose peer does not read how is not waited for. One of a trusted proxy is no stranger's from
/// its begin, and is not slowed for what one of those does who come through it.
/// </summary>
public sealed class ConnectionUse : IDisposable
{
    private readonly ConnectionContext connection;
    private readonly TimeProvider time;
    private readonly UnprovenConnections unproven;
    private readonly RefusedCalls refusedCalls;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly ConnectionLimits limits;
    private int streams;
    private int frames;
    private int refused;
    private TaskCompletionSource? change;
    private volatile bool isProven;
    private volatile bool hasEnded;
    private long pausedUntil; // 0 as long as it never was
    private readonly CancellationTokenRegistration stop;
    private volatile bool stopping;
    private bool closing;
    private int running;
    private long usedAt;

    private ConnectionUse(
        ConnectionContext connection, TimeProvider time, ConnectionLimits limits, UnprovenConnections unproven, RefusedCalls refusedCalls, TrustedProxies proxies, CancellationToken stopping)
    {
        (this.connection, this.time, this.limits, this.unproven, this.refusedCalls) = (connection, time, limits, unproven, refusedCalls);
        (streams, frames) = (limits.UnprovenStreams, limits.UnprovenFrames);
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        Address = AddressKey.Of(address);
        isProven = IsOfProxy = proxies.Contain(address);
        usedAt = time.GetTimestamp();
        timer = time.CreateTimer(static use => ((ConnectionUse)use!).Look(), this, isProven ? limits.IdleConnection : limits.FirstCall, Timeout.InfiniteTimeSpan);
        if (!isProven)
        {
            unproven.Add(this);
        }

        stop = stopping.UnsafeRegister(static use => ((ConnectionUse)use!).Stop(), this);
    }

    /// <summary>The address that it is counted by.</summary>
    public IPAddress Address { get; }

    /// <summary>Whether it is a trusted proxy's.</summary>
    public bool IsOfProxy { get; }

    /// <summary>Whether it has had a good call, or needs none.</summary>
    public bool IsProven => isProven;

    /// <summary>Whether it was ended: what it has sent before is of no use any more.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Where it stands among those without one; of <see cref="UnprovenConnections"/>, under its lock.</summary>
    internal LinkedListNode<ConnectionUse>? Place { get; set; }

    /// <summary>The step of a connection.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next, IServiceProvider services) => async connection =>
    {
        using var use = new ConnectionUse(
            connection,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ConnectionLimits>(),
            services.GetRequiredService<UnprovenConnections>(),
            services.GetRequiredService<RefusedCalls>(),
            services.GetRequiredService<TrustedProxies>(),
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        connection.Features.Set(use);
        await next(connection);
    };

    /// <summary>Somebody who may call has called on it.</summary>
    public void Prove()
    {
        if (isProven)
        {
            return;
        }

        isProven = true;
        unproven.Remove(this);
        Wake();
    }

    /// <summary>A call was let in: one that is refused keeps no connection open.</summary>
    public void Begin() => Interlocked.Increment(ref running);

    /// <summary>It has ended.</summary>
    public void End()
    {
        Volatile.Write(ref usedAt, time.GetTimestamp());
        Interlocked.Decrement(ref running);
        GiveBack();
    }

    /// <summary>A call was refused; false where a stranger's connection has had as many as it may.</summary>
    public bool Refuse() => isProven || Interlocked.Increment(ref refused) < limits.UnprovenRefusals;

    /// <summary>A stream of a stranger has ended: it may open another.</summary>
    public void GiveBack()
    {
        if (!isProven)
        {
            Interlocked.Increment(ref streams);
            Wake();
        }
    }

    /// <summary>Ends it at once, with all that runs on it.</summary>
    public void Abort(string reason)
    {
        hasEnded = true;
        connection.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Nothing more is read of it for so long, unless others come through it.</summary>
    public void Pause(TimeSpan wait)
    {
        if (IsOfProxy)
        {
            return;
        }

        var longest = wait < limits.LongestPause ? wait : limits.LongestPause;
        Volatile.Write(ref pausedUntil, time.GetTimestamp() + (long)(longest.TotalSeconds * time.TimestampFrequency));
    }

    public void Dispose()
    {
        stop.Dispose();
        timer.Dispose();
        unproven.Remove(this);
    }

    /// <summary>Whether one more frame may be read: any at all of a caller's connection, and so many of a stranger's.</summary>
    internal bool Take(bool opensStream)
    {
        lock (gate)
        {
            if (isProven)
            {
                return true;
            }

            if (frames == 0 || (opensStream && Volatile.Read(ref streams) <= Kept()))
            {
                return false;
            }

            frames--;
            if (opensStream)
            {
                Interlocked.Decrement(ref streams);
            }

            return true;
        }
    }

    /// <summary>Completes when <see cref="Take"/> may say something else. Asked for before, so that no change is missed.</summary>
    internal Task NextChange()
    {
        lock (gate)
        {
            return (change ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    internal void Wake()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (waiting, change) = (change, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Completes when it may be read again; null where it may be now.</summary>
    internal Task? EndOfPause()
    {
        var until = Volatile.Read(ref pausedUntil);
        var left = until == 0 ? 0 : until - time.GetTimestamp();
        return left <= 0 ? null : Task.WhenAny(Task.Delay(time.GetElapsedTime(0, left), time), NextChange());
    }

    // Of the streams that a stranger may have, those that one of an address under suspicion may not.
    private int Kept() => refusedCalls.AreMany(Address) ? limits.UnprovenStreams - limits.UnprovenStreamsUnderAttack : 0;

    private void Stop()
    {
        stopping = true;
        timer.Change(limits.StoppingConnection, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        if (stopping)
        {
            LookAtEnd();
            return;
        }

        var limit = isProven ? limits.IdleConnection : limits.FirstCall;
        var idle = Volatile.Read(ref running) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref usedAt));
        if (!isProven && idle > TimeSpan.Zero)
        {
            idle = limit; // that it made room for calls that nobody may make is no use of it
        }

        if (idle < limit)
        {
            lock (gate)
            {
                frames = limits.UnprovenFrames; // a stranger's watch of health lasts, and so do its pings
            }

            Wake();
            timer.Change(limit - idle, Timeout.InfiniteTimeSpan);
        }
        else if (!closing)
        {
            closing = !isProven;
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            timer.Change(isProven ? Timeout.InfiniteTimeSpan : limits.ClosingConnection, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Abort("no good call in time"); // it did not hear that it should go, or TLS never came to its end
        }

        if (stopping)
        {
            Stop(); // it began while this looked, and is not to be put off
        }
    }

    private void LookAtEnd()
    {
        if (Volatile.Read(ref running) == 0)
        {
            Abort("the server stops, and its peer does not read");
        }
        else
        {
            timer.Change(limits.StoppingConnection, Timeout.InfiniteTimeSpan);
        }
    }
}
