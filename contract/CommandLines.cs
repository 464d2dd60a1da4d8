using OrderGrpc.V1;

namespace OrderGrpc.Contract;

/// <summary>What each command is called on the command lines: a noun, then a verb.</summary>
public static class CommandLines
{
    private static readonly Dictionary<Command, string> ByCommand = new()
    {
        [Command.PlaceOrder] = "order place",
        [Command.ApproveOrder] = "order approve",
        [Command.RejectOrder] = "order reject",
        [Command.CancelOrder] = "order cancel",
        [Command.DraftQuote] = "quote draft",
        [Command.ApproveQuote] = "quote approve",
        [Command.RejectQuote] = "quote reject",
        [Command.RequestQuoteRevision] = "quote revise",
        [Command.ReportRealization] = "realization report",
        [Command.ApproveRealization] = "realization approve",
        [Command.RejectRealization] = "realization reject",
    };

    /// <summary>Such as "quote approve"; null for a command that is newer than this program.</summary>
    public static string? Of(Command command) => ByCommand.GetValueOrDefault(command);
}
