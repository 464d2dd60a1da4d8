using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>The words of the command line for what the contract names.</summary>
public static class ContractNames
{
    /// <summary>The noun and verb of the tools for a command, such as "quote approve"; null for one that is newer than this tool.</summary>
    public static string? CommandLineOf(Command command) => command switch
    {
        Command.PlaceOrder => "order place",
        Command.ApproveOrder => "order approve",
        Command.RejectOrder => "order reject",
        Command.CancelOrder => "order cancel",
        Command.DraftQuote => "quote draft",
        Command.ApproveQuote => "quote approve",
        Command.RejectQuote => "quote reject",
        Command.RequestQuoteRevision => "quote revise",
        Command.ReportRealization => "realization report",
        Command.ApproveRealization => "realization approve",
        Command.RejectRealization => "realization reject",
        _ => null,
    };

    /// <summary>All states, comma-separated, for messages.</summary>
    public static string AllStates() =>
        string.Join(", ", Names.AllStates.Select(name => name.ToLowerInvariant()));

    /// <summary>A gRPC status code as its specification writes it, such as NOT_FOUND.</summary>
    public static string OfStatus(StatusCode code) =>
        string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
}
