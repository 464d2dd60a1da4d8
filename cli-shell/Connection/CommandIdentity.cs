namespace OrderGrpc.CliShell;

/// <summary>What makes a command safe to repeat, and safe against what its sender has not seen.</summary>
/// <param name="RequestId">Made once per command and sent with each attempt.</param>
/// <param name="ExpectedRevision">The order's revision that was seen; null for any.</param>
public sealed record CommandIdentity(string RequestId, long? ExpectedRevision)
{
    /// <summary>
    /// A new one. Version 7 ids ascend with time, which keeps the server's index of them compact.
    /// </summary>
    public static CommandIdentity New(TimeProvider time, long? expectedRevision = null) =>
        new(Guid.CreateVersion7(time.GetUtcNow()).ToString(), expectedRevision);
}
