namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>
/// All rows of a deployment as they are at one moment, whichever engine keeps them, for those who go
/// through all of them: in slices, so that memory is bounded whatever there is. Nothing is written.
/// </summary>
public interface IStoredRows : IAsyncDisposable
{
    /// <summary>Where they are, for people.</summary>
    string Name { get; }

    /// <summary>In what the schema is another than this program makes. Where it is, nothing more should be asked: what is answered, somebody else wrote.</summary>
    ValueTask<IReadOnlyList<string>> FindSchemaFaultsAsync();

    /// <summary>What the engine alone can tell to be wrong.</summary>
    ValueTask<IReadOnlyList<string>> FindEngineFaultsAsync();

    /// <summary>How many rows there are.</summary>
    ValueTask<RowCounts> CountAsync();

    /// <summary>The next rows of the log, by position.</summary>
    ValueTask<IReadOnlyList<WholeRow>> ReadByPositionAsync(long afterPosition);

    /// <summary>The next rows of the log, by order and revision.</summary>
    ValueTask<IReadOnlyList<WholeRow>> ReadByOrderAsync(long afterOrderId, long afterRevision);

    /// <summary>The columns of these orders, as far as they are there.</summary>
    ValueTask<IReadOnlyDictionary<long, OrderColumns>> FindOrdersAsync(IReadOnlyCollection<long> orderIds);

    /// <summary>What these orders were replaced by, as far as the table of replacements says.</summary>
    ValueTask<IReadOnlyDictionary<long, long>> FindReplacementsAsync(IReadOnlyCollection<long> orderIds);

    /// <summary>The next rows of the table of replacements, by the order that was replaced.</summary>
    ValueTask<IReadOnlyList<ReplacementRow>> ReadReplacementsAsync(long afterOrderId);

    /// <summary>The last position at this moment, and not at the one of these rows.</summary>
    ValueTask<long> ReadHeadNowAsync();

    /// <summary>What a failure means that these rows are the cause of; null for one that they are not.</summary>
    string? Explain(Exception failure);
}
