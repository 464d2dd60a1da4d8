using Grpc.Core;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>The words of the command line for what the contract names.</summary>
public static class ContractNames
{
    /// <summary>All states, comma-separated, for messages.</summary>
    public static string AllStates() =>
        string.Join(", ", Names.AllStates.Select(name => name.ToLowerInvariant()));

    /// <summary>A gRPC status code as its specification writes it, such as NOT_FOUND.</summary>
    public static string OfStatus(StatusCode code) =>
        string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
}
