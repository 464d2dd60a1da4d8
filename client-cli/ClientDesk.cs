using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>The prompts of a client: a quote to answer, a realization to confirm.</summary>
public sealed class ClientDesk : IInboxDesk
{
    /// <inheritdoc/>
    public Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        var actions = new ClientActions(session, session.PatientCaller);
        return order.State switch
        {
            Order.Types.State.QuoteSent => AskQuoteAsync(session, prompts, order, actions, cancellation),
            Order.Types.State.Realized => AskRealizationAsync(session, prompts, order, actions, cancellation),
            _ => Task.FromResult<Order?>(null),
        };
    }

    private static async Task<Order?> AskQuoteAsync(Session session, Prompts prompts, Order order, ClientActions actions, CancellationToken cancellation)
    {
        var document = await QuoteDocument.FetchAsync(session, order.Id, order.Quote?.Revision ?? 0, session.PatientCaller, cancellation);
        session.Printer.NoticeBlock(QuoteDocument.TextOf(document));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskQuoteClient, order.Id), cancellation))
        {
            case true:
                return await actions.ApproveQuoteAsync(order.Id, Identity(session, order), document.QuoteRevision, document.Digest, cancellation);
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                return await actions.RejectQuoteAsync(order.Id, Identity(session, order), reason, cancellation);
            default:
                return null;
        }
    }

    private static async Task<Order?> AskRealizationAsync(Session session, Prompts prompts, Order order, ClientActions actions, CancellationToken cancellation)
    {
        session.Printer.NoticeBlock(new OrderText(session).Details(order));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskRealizationClient, order.Id), cancellation))
        {
            case true:
                return await actions.ApproveRealizationAsync(order.Id, Identity(session, order), cancellation);
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                return await actions.RejectRealizationAsync(order.Id, Identity(session, order), reason, cancellation);
            default:
                return null;
        }
    }

    // The answer is to what was shown: an order that has moved meanwhile refuses it.
    private static CommandIdentity Identity(Session session, Order order) => CommandIdentity.New(session.Dependencies.Time, order.Revision);
}
