using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>order show and order history.</summary>
public static class OrderReadCommands
{
    /// <summary>One order in full.</summary>
    public static Command CreateShow(Shell shell)
    {
        var id = OrderIdArgument.Make(shell.Texts);
        return shell.Verb(
            "order show",
            [id],
            async (session, parsed, cancellation) =>
            {
                var request = new GetOrderRequest { OrderId = parsed.GetValue(id) };
                var answer = await session.Calls.CallAsync(o => session.Connection.Queries.GetOrderAsync(request, o), cancellation);
                session.Printer.Result(answer.Order, new OrderText(session).Details(answer.Order).TrimEnd('\n'));
                return ExitCodes.Done;
            },
            "order show 1");
    }

    /// <summary>What happened to one order.</summary>
    public static Command CreateHistory(Shell shell)
    {
        var id = OrderIdArgument.Make(shell.Texts);
        var paging = new PagingOptions(shell);
        var columns = new RowOptions<EventRow>(shell, RowColumns.OfEvents, RowColumns.DefaultOfEvents);
        return shell.Verb(
            "order history",
            [id, .. paging.All, columns.Columns],
            async (session, parsed, cancellation) =>
            {
                var talk = new EventText(session);
                var rows = columns.For(session, parsed);
                rows?.Begin();
                var pages = new PagePrinter<OrderEvent>(session, (_, events, _) => talk.PrintTalk(events), rows is null ? null : happened => rows.Print(new EventRow(happened.Position, happened, null)));
                await pages.PrintAsync(
                    paging.Limit(parsed, session.Texts),
                    async (size, token) =>
                    {
                        var request = new ListOrderEventsRequest { OrderId = parsed.GetValue(id), PageSize = size, PageToken = token };
                        var page = await session.PageCalls.CallAsync(o => session.Connection.Queries.ListOrderEventsAsync(request, o), cancellation);
                        return (page.Events, page.NextPageToken);
                    });
                return ExitCodes.Done;
            },
            "order history 1");
    }
}
