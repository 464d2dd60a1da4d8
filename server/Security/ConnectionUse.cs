using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Closes a connection that has had no call for <see cref="ConnectionLimits.IdleConnection"/>. Kestrel's own
/// limit ends only those that say nothing at all: each ping puts it off, and so a stranger could keep
/// connections for ever.
/// </summary>
public sealed class ConnectionUse : IDisposable
{
    private readonly ConnectionContext connection;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private int running;
    private long usedAt;

    private ConnectionUse(ConnectionContext connection, TimeProvider time)
    {
        (this.connection, this.time) = (connection, time);
        usedAt = time.GetTimestamp();
        timer = time.CreateTimer(static use => ((ConnectionUse)use!).Look(), this, ConnectionLimits.IdleConnection, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The step of a connection.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next, TimeProvider time) => async connection =>
    {
        using var use = new ConnectionUse(connection, time);
        connection.Features.Set(use);
        await next(connection);
    };

    /// <summary>A call was let in: one that is refused keeps no connection open.</summary>
    public void Begin() => Interlocked.Increment(ref running);

    /// <summary>It has ended.</summary>
    public void End()
    {
        Volatile.Write(ref usedAt, time.GetTimestamp());
        Interlocked.Decrement(ref running);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var idle = Volatile.Read(ref running) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref usedAt));
        if (idle < ConnectionLimits.IdleConnection)
        {
            timer.Change(ConnectionLimits.IdleConnection - idle, Timeout.InfiniteTimeSpan);
            return;
        }

        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
