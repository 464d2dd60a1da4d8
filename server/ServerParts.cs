using System.Runtime.ExceptionServices;

namespace OrderGrpc.Server;

/// <summary>
/// The parts of a server in the order in which they were made: each may use those before it, so they
/// are ended in the reverse of it, those that were made when a later one could not be as well.
/// </summary>
public sealed class ServerParts : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> ends = new();

    /// <summary>Takes a part over.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable => Keep(part, part.DisposeAsync);

    /// <summary>Takes a part over, with what ends it.</summary>
    public T Keep<T>(T part, Action end) => Keep(part, () =>
    {
        end();
        return ValueTask.CompletedTask;
    });

    /// <summary>Takes a part over, with what ends it and takes time.</summary>
    public T Keep<T>(T part, Func<ValueTask> end)
    {
        ends.Push(end);
        return part;
    }

    /// <summary>Ends them all, the last first. One that fails to end keeps none of the others; the first failure is thrown.</summary>
    public async ValueTask DisposeAsync()
    {
        ExceptionDispatchInfo? failure = null;
        while (ends.TryPop(out var end))
        {
            try
            {
                await end();
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        failure?.Throw();
    }
}
