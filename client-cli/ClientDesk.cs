using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>The prompts of a client: a quote to answer, a realization to confirm.</summary>
public sealed class ClientDesk : IInboxDesk
{
    /// <inheritdoc/>
    public Task HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        var actions = new ClientActions(session, session.PatientCaller);
        return order.State switch
        {
            Order.Types.State.QuoteSent => AskQuoteAsync(session, prompts, order, actions, cancellation),
            Order.Types.State.Realized => AskRealizationAsync(session, prompts, order, actions, cancellation),
            _ => Task.CompletedTask,
        };
    }

    private static async Task AskQuoteAsync(Session session, Prompts prompts, Order order, ClientActions actions, CancellationToken cancellation)
    {
        var document = await QuoteDocument.FetchAsync(session, order.Id, order.Quote?.Revision ?? 0, session.PatientCaller, cancellation);
        session.Printer.NoticeBlock(QuoteDocument.TextOf(document));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskQuoteClient, order.Id), cancellation))
        {
            case true:
                await actions.ApproveQuoteAsync(order.Id, Identity(session, order), document.QuoteRevision, document.Digest, cancellation);
                break;
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                await actions.RejectQuoteAsync(order.Id, Identity(session, order), reason, cancellation);
                break;
        }
    }

    private static async Task AskRealizationAsync(Session session, Prompts prompts, Order order, ClientActions actions, CancellationToken cancellation)
    {
        session.Printer.NoticeBlock(new OrderText(session.Texts).Details(order));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskRealizationClient, order.Id), cancellation))
        {
            case true:
                await actions.ApproveRealizationAsync(order.Id, Identity(session, order), cancellation);
                break;
            case false:
                var reason = await prompts.ReasonAsync(cancellation);
                await actions.RejectRealizationAsync(order.Id, Identity(session, order), reason, cancellation);
                break;
        }
    }

    // The answer is to what was shown: an order that has moved meanwhile refuses it.
    private static CommandIdentity Identity(Session session, Order order) => CommandIdentity.New(session.Dependencies.Time, order.Revision);
}
