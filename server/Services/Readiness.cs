using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Services;

/// <summary>
/// Whether the server is to be sent calls: not while its store cannot be reached, and not once it drains. What
/// a balancer is told of it is <see cref="HealthGrpcService"/>.
/// </summary>
public sealed class Readiness : IDisposable
{
    private readonly Func<bool> reachesStore;
    private readonly ITimer timer;
    private readonly Meter meter = new("OrderGrpc.Host");
    private readonly CancellationTokenSource draining = new();
    private readonly Lock gate = new();
    private TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool told = true;

    /// <param name="reachesStore">Whether the store can be reached now; asked often, so it must answer at once.</param>
    /// <param name="interval">How often it is asked, for those who watch.</param>
    public Readiness(Func<bool> reachesStore, TimeProvider time, TimeSpan interval)
    {
        this.reachesStore = reachesStore;
        timer = time.CreateTimer(static readiness => ((Readiness)readiness!).Look(), this, interval, interval);
        meter.CreateObservableGauge("ordergrpc.server.ready", () => IsReady ? 1 : 0, null, "1 where the server is to be sent calls, else 0.");
    }

    public bool IsReady => !draining.IsCancellationRequested && reachesStore();

    /// <summary>Cancelled when the server begins to drain.</summary>
    public CancellationToken Draining => draining.Token;

    /// <summary>Completes when <see cref="IsReady"/> may be another. Asked for before that, so that no change is missed.</summary>
    public Task NextChange()
    {
        lock (gate)
        {
            return change.Task;
        }
    }

    /// <summary>The server is to end: it is sent no more calls.</summary>
    public void Drain()
    {
        draining.Cancel();
        Look();
    }

    public void Dispose()
    {
        timer.Dispose();
        meter.Dispose(); // and not the token's source: the store may fail on what is left in the queue when this has gone
    }

    private void Look()
    {
        TaskCompletionSource changed;
        lock (gate)
        {
            if (told == IsReady)
            {
                return;
            }

            told = !told;
            (changed, change) = (change, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
