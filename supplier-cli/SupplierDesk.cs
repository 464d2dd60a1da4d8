using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>The prompts of a supplier: an order to verify, a quote to draft and to verify, a service to realize.</summary>
public sealed class SupplierDesk : IInboxDesk
{
    /// <inheritdoc/>
    public Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        var actions = new SupplierActions(session, session.PatientCaller);
        return order.State switch
        {
            Order.Types.State.Placed => AskOrderAsync(session, prompts, order, actions, cancellation),
            Order.Types.State.Approved => AskAmountAsync(session, prompts, order, actions, cancellation),
            Order.Types.State.QuoteDrafted => AskQuoteAsync(session, prompts, order, actions, cancellation),
            Order.Types.State.InRealization => AskRealizedAsync(session, prompts, order, actions, cancellation),
            _ => Task.FromResult<Order?>(null),
        };
    }

    private static async Task<Order?> AskOrderAsync(Session session, Prompts prompts, Order order, SupplierActions actions, CancellationToken cancellation)
    {
        session.Printer.NoticeBlock(new OrderText(session).Details(order));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskOrder, order.Id), cancellation))
        {
            case true:
                return await actions.ApproveOrderAsync(order.Id, Identity(session, order), cancellation);
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                return await actions.RejectOrderAsync(order.Id, Identity(session, order), reason, cancellation);
            default:
                return null;
        }
    }

    private static async Task<Order?> AskAmountAsync(Session session, Prompts prompts, Order order, SupplierActions actions, CancellationToken cancellation)
    {
        // Why the client wants another quote, where it does.
        session.Printer.NoticeBlock(new OrderText(session).Details(order));
        while (await prompts.LineAsync(session.Texts.Format(Text.AskAmount, order.Id), cancellation) is { } answer)
        {
            if (MoneyText.TryParse(answer, MoneyText.DefaultCurrency, out var amount))
            {
                var request = QuoteDraft.OfAmount(session.Texts, order.Id, amount);
                return await actions.DraftQuoteAsync(request, Identity(session, order), cancellation);
            }

            session.Printer.Notice(session.Texts.Format(Text.BadAmount, answer));
        }

        return null;
    }

    private static async Task<Order?> AskQuoteAsync(Session session, Prompts prompts, Order order, SupplierActions actions, CancellationToken cancellation)
    {
        var document = await QuoteDocument.FetchAsync(session, order.Id, order.Quote?.Revision ?? 0, session.PatientCaller, cancellation);
        session.Printer.NoticeBlock(QuoteDocument.TextOf(document));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskQuoteSupplier, order.Id), cancellation))
        {
            case true:
                return await actions.ApproveQuoteAsync(order.Id, Identity(session, order), cancellation);
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                return await actions.RejectQuoteAsync(order.Id, Identity(session, order), reason, cancellation);
            default:
                return null;
        }
    }

    private static async Task<Order?> AskRealizedAsync(Session session, Prompts prompts, Order order, SupplierActions actions, CancellationToken cancellation)
    {
        if (order.ReworkRound > 0)
        {
            // It was sent back: the reasons say what is missing.
            session.Printer.NoticeBlock(new OrderText(session).Details(order));
        }

        return await prompts.OkOrNoAsync(session.Texts.Format(Text.AskRealized, order.Id), cancellation) is true
            ? await actions.ReportRealizationAsync(order.Id, Identity(session, order), note: "", cancellation)
            : null;
    }

    // The answer is to what was shown: an order that has moved meanwhile refuses it.
    private static CommandIdentity Identity(Session session, Order order) => CommandIdentity.New(session.Dependencies.Time, order.Revision);
}
