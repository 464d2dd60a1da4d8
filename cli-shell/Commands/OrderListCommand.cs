using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>order list: orders by filters, page by page.</summary>
public sealed class OrderListCommand
{
    private readonly Option<string[]> states;
    private readonly Option<string> waitingOn;
    private readonly Option<string> client;
    private readonly Option<string> reference;
    private readonly Option<string> placedFrom;
    private readonly Option<string> placedBefore;
    private readonly Option<string> updatedFrom;
    private readonly Option<string> updatedBefore;
    private readonly Option<bool> oldestFirst;
    private readonly PagingOptions paging;
    private readonly RowOptions<Order> columns;

    private OrderListCommand(Shell shell)
    {
        states = StateNames.Option(shell, "--state");
        waitingOn = shell.Option("--waiting-on", "client|supplier|nobody");
        client = shell.Option("--client", "NAME");
        reference = shell.Option("--reference", "REFERENCE");
        reference.Description = shell.Texts.Help("order list --reference");
        placedFrom = shell.Option("--placed-from", "TIME");
        placedBefore = shell.Option("--placed-before", "TIME");
        updatedFrom = shell.Option("--updated-from", "TIME");
        updatedBefore = shell.Option("--updated-before", "TIME");
        oldestFirst = shell.Flag("--oldest-first");
        paging = new PagingOptions(shell);
        columns = new RowOptions<Order>(shell, RowColumns.OfOrders, RowColumns.DefaultOfOrders);
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var it = new OrderListCommand(shell);
        Symbol[] forSupplier = shell.Role == Role.Supplier ? [it.client] : [];
        return shell.Verb(
            "order list",
            [it.states, it.waitingOn, .. forSupplier, it.reference, it.placedFrom, it.placedBefore, it.updatedFrom, it.updatedBefore, it.oldestFirst, .. it.paging.All, it.columns.Columns],
            it.RunAsync,
            "order list --state quote_sent,realized",
            "order list --updated-from 2026-01-01 --all --output json",
            "order list --all --output csv --columns id,state,total,currency");
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed, CancellationToken cancellation)
    {
        var request = Filter(session, parsed);
        var rows = columns.For(session, parsed);
        rows?.Begin();
        var pages = new PagePrinter<Order>(session, new OrderTable().PrintOrders, rows is null ? null : rows.Print);
        await pages.PrintAsync(
            paging.Limit(parsed, session.Texts),
            async (size, token) =>
            {
                request.PageSize = size;
                request.PageToken = token;
                var page = await session.PageCalls.CallAsync(o => session.Connection.Queries.ListOrdersAsync(request, o), cancellation);
                return (page.Orders, page.NextPageToken);
            });
        return ExitCodes.Done;
    }

    private ListOrdersRequest Filter(Session session, ParseResult parsed)
    {
        var request = new ListOrdersRequest
        {
            WaitingOn = WaitingOnOf(session, parsed.GetValue(waitingOn)),
            Client = parsed.GetValue(client) ?? "",
            ClientReference = parsed.GetValue(reference) ?? "",
            PlacedFrom = TimeOf(session, parsed, placedFrom),
            PlacedBefore = TimeOf(session, parsed, placedBefore),
            UpdatedFrom = TimeOf(session, parsed, updatedFrom),
            UpdatedBefore = TimeOf(session, parsed, updatedBefore),
            OldestFirst = parsed.GetValue(oldestFirst),
        };
        request.States.Add(StateNames.Parse(session.Texts, states.Name, parsed.GetValue(states)));
        return request;
    }

    private WaitingOn WaitingOnOf(Session session, string? value) => value?.ToLowerInvariant() switch
    {
        null => WaitingOn.Unspecified,
        "client" => WaitingOn.Client,
        "supplier" => WaitingOn.Supplier,
        "nobody" => WaitingOn.Nobody,
        _ => throw CliException.Usage(session.Texts.Format(Text.BadChoice, waitingOn.Name, value, "client, supplier, nobody")),
    };

    private static Timestamp? TimeOf(Session session, ParseResult parsed, Option<string> option)
    {
        if (parsed.GetValue(option) is not { } value)
        {
            return null;
        }

        return TimeText.TryParseStart(value, session.Dependencies.Time, out var time)
            ? time
            : throw CliException.Usage(session.Texts.Format(Text.BadTime, option.Name, value));
    }
}
