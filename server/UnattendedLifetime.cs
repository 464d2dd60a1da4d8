namespace OrderGrpc.Server;

/// <summary>A host that listens to no signals of its own: when the server ends is said in one place, and after it has drained.</summary>
public sealed class UnattendedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
