using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>A command was sent and no answer came: it may have been done.</summary>
public sealed class UnknownOutcomeException(RpcException failure, string requestId) : Exception(failure.Message, failure)
{
    /// <summary>What the last attempt ended with.</summary>
    public RpcException Failure { get; } = failure;

    /// <summary>Sent again with the same id, the command is done once.</summary>
    public string RequestId { get; } = requestId;
}
