namespace OrderGrpc.Server.Storage;

/// <summary>A store as the server's host has it, whichever engine it is: opened by its own class, and ended here.</summary>
public interface IStoreEngine : IOrderStore, IAsyncDisposable
{
    /// <summary>Where the orders are, for people.</summary>
    string Place { get; }

    /// <summary>What this process knows to be committed, for the one who waits for rows.</summary>
    CommittedRows Committed { get; }

    /// <summary>Whether the store can be reached, as far as was found out last.</summary>
    bool IsReachable { get; }

    /// <summary>Remembers, where the engine can, that writing failed: the next start checks what there is.</summary>
    void MarkFailed();

    /// <inheritdoc/>
    ValueTask<LogPage> IOrderStore.WaitForRowsAsync(long afterPosition, Func<bool> areWanted, CancellationToken cancellation) =>
        Committed.NextAsync(this, afterPosition, areWanted, cancellation);
}
