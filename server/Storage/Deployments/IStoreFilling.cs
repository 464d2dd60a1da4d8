namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>
/// A deployment that is filled with the rows of another. From its first row until it is finished it is
/// marked as half a copy, and no server starts on it. What it holds is at any time the log up to some
/// position, with all that follows from it, so that it can be gone on with however it was broken off.
/// </summary>
public interface IStoreFilling : IAsyncDisposable
{
    /// <summary>Where it is, for people.</summary>
    string Name { get; }

    /// <summary>Its rows as they are now.</summary>
    ValueTask<IStoredRows> ReadAsync();

    /// <summary>Marks it as half a copy, where it is not yet.</summary>
    /// <exception cref="StartException">Servers are running on it.</exception>
    ValueTask BeginAsync();

    /// <summary>Appends rows that follow those that are there, in one transaction.</summary>
    ValueTask AppendAsync(IReadOnlyList<WholeRow> rows);

    /// <summary>Takes the mark away: returns when that and all rows are durable.</summary>
    ValueTask FinishAsync();

    /// <summary>What a failure of this engine means; null for one that is not its own.</summary>
    string? Explain(Exception failure);
}
