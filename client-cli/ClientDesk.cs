using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>The prompts of a client: a quote to answer, a realization to confirm.</summary>
public sealed class ClientDesk : IInboxDesk
{
    private static readonly string[] AnotherQuote = ["revise", "autre"];

    /// <inheritdoc/>
    public Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation) => order.State switch
    {
        Order.Types.State.QuoteSent => AskQuoteAsync(session, prompts, order, cancellation),
        Order.Types.State.Realized => AskRealizationAsync(session, prompts, order, cancellation),
        _ => Task.FromResult<Order?>(null),
    };

    private static async Task<Order?> AskQuoteAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        var document = await QuoteDocumentReader.FetchAsync(session, order.Id, order.Quote?.Revision ?? 0, session.PatientCalls, cancellation);
        session.Printer.NoticeDocument(QuoteDocumentReader.TextOf(document));

        // The prototype asked for the answer on a line of its own.
        var question = $"{session.Texts.Format(Text.AskQuoteClient, order.Id)}\n{session.Texts[Text.AskAnswer]}";
        switch (await prompts.OkOrNoAsync(question, cancellation, AnotherQuote))
        {
            case Answer.Ok:
                var accepted = new ClientServiceApproveQuoteRequest { QuoteRevision = document.QuoteRevision, Digest = document.Digest };
                return await ClientSteps.ApproveQuote.AnswerAsync(session, order, cancellation, accepted);
            case Answer.Other:
                return await ReviseAsync(session, prompts, order, cancellation);
            case Answer.No:
                return await DeclineAsync(session, prompts, order, cancellation);
            default:
                return null;
        }
    }

    // A refusal ends the order; a person is offered the way that does not. The lines of a script mean what they always meant.
    private static async Task<Order?> DeclineAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        if (session.Dependencies.InputIsTerminal)
        {
            var choice = await prompts.OkOrNoAsync(session.Texts.Format(Text.AskDecline, order.Id), cancellation, AnotherQuote);
            if (choice == Answer.Other)
            {
                return await ReviseAsync(session, prompts, order, cancellation);
            }

            if (choice == Answer.None)
            {
                return null;
            }
        }

        return await prompts.ReasonAsync(cancellation) is { } reason
            ? await ClientSteps.RejectQuote.AnswerAsync(session, order, cancellation, reason: reason)
            : null;
    }

    private static async Task<Order?> ReviseAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation) =>
        await prompts.ReasonAsync(cancellation) is { } reason
            ? await ClientSteps.ReviseQuote.AnswerAsync(session, order, cancellation, reason: reason)
            : null;

    private static async Task<Order?> AskRealizationAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        session.Printer.NoticeBlock(new OrderText(session).Details(order));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskRealizationClient, order.Id), cancellation))
        {
            case Answer.Ok:
                return await ClientSteps.ApproveRealization.AnswerAsync(session, order, cancellation);
            case Answer.No when await prompts.ReasonAsync(cancellation) is { } reason:
                return await ClientSteps.RejectRealization.AnswerAsync(session, order, cancellation, reason: reason);
            default:
                return null;
        }
    }
}
