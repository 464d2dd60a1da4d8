using System.CommandLine;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>inbox: what waits for the caller; with --follow, prompts as work arrives.</summary>
public sealed class InboxCommand
{
    private readonly Option<bool> follow;
    private readonly Option<bool> exitCode;
    private readonly PagingOptions paging;
    private readonly RowOptions<Order> columns;
    private readonly IInboxDesk desk;

    private InboxCommand(Shell shell, IInboxDesk desk)
    {
        this.desk = desk;
        follow = shell.Flag("--follow");
        exitCode = shell.Flag("--exit-code");
        paging = new PagingOptions(shell);
        columns = new RowOptions<Order>(shell, RowColumns.OfOrders, RowColumns.DefaultOfOrders);
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell, IInboxDesk desk)
    {
        var it = new InboxCommand(shell, desk);
        return shell.Verb("inbox", [it.follow, it.exitCode, .. it.paging.All, it.columns.Columns], it.RunAsync, "inbox", "inbox --follow", "inbox --exit-code");
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed, CancellationToken cancellation)
    {
        var rows = columns.For(session, parsed);
        if (parsed.GetValue(follow))
        {
            if (rows is not null)
            {
                throw CliException.Usage(session.Texts[Text.NoRows]);
            }

            if (parsed.GetValue(exitCode))
            {
                throw CliException.Usage(session.Texts.Format(Text.NotTogether, follow.Name, exitCode.Name));
            }

            using var follower = new InboxFollower(session, desk);
            return await follower.RunAsync(cancellation);
        }

        var request = new ListOrdersRequest { WaitingOn = WaitingOnMe(session.Role), OldestFirst = true };
        rows?.Begin();
        var pages = new PagePrinter<Order>(session, new OrderTable().PrintInbox, rows is null ? null : rows.Print);
        var waiting = await pages.PrintAsync(
            paging.Limit(parsed, session.Texts),
            async (size, token) =>
            {
                request.PageSize = size;
                request.PageToken = token;
                var page = await session.PageCalls.CallAsync(o => session.Connection.Queries.ListOrdersAsync(request, o), cancellation);
                return (page.Orders, page.NextPageToken);
            });
        return parsed.GetValue(exitCode) && waiting > 0 ? ExitCodes.Refused : ExitCodes.Done;
    }

    /// <summary>The value of Order.waiting_on that means the caller.</summary>
    public static WaitingOn WaitingOnMe(Role role) => role == Role.Client ? WaitingOn.Client : WaitingOn.Supplier;
}
