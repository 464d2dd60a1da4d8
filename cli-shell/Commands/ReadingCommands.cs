using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>The verbs that both tools have.</summary>
public static class ReadingCommands
{
    /// <summary>Of the noun order.</summary>
    public static Command[] OfOrder(Shell shell) =>
    [
        OrderListCommand.Create(shell),
        OrderReadCommands.CreateShow(shell),
        CheckCommands.CreateOrder(shell),
        OrderReadCommands.CreateHistory(shell),
        OrderWatchCommand.Create(shell),
        OrderWaitCommand.Create(shell),
    ];

    /// <summary>Of the noun quote.</summary>
    public static Command[] OfQuote(Shell shell) => [QuoteShowCommand.Create(shell), CheckCommands.CreateQuote(shell)];

    /// <summary>Of the noun realization.</summary>
    public static Command[] OfRealization(Shell shell) => [CheckCommands.CreateRealization(shell)];
}
