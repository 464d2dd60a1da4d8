namespace OrderGrpc.Server.Storage;

/// <summary>In which way a store failed: what follows from it is the same for every engine.</summary>
public enum StoreFailure
{
    /// <summary>For now; nothing was written, and the same may be tried again. The store has waited a moment before it said so.</summary>
    TryAgain,

    /// <summary>Whether the commit is durable is not known, and could not be found out. The store goes on.</summary>
    Unknown,

    /// <summary>There is no room on the disk. Nothing was changed, and reads go on.</summary>
    Full,

    /// <summary>The store can no longer be relied on, nor is it known what of the commit at hand is durable: who writes it or follows it ends the process, and the next start checks it.</summary>
    Broken,
}

/// <summary>The store failed, in one of four ways.</summary>
public sealed class StoreException(StoreFailure failure, Exception inner) : Exception(Describe(failure) + ": " + inner.Message, inner)
{
    /// <summary>In which way.</summary>
    public StoreFailure Failure { get; } = failure;

    private static string Describe(StoreFailure failure) => failure switch
    {
        StoreFailure.TryAgain => "the store is busy",
        StoreFailure.Full => "the disk is full",
        _ => "the store failed",
    };
}
