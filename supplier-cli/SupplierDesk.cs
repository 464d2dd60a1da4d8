using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.SupplierCli.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>The prompts of a supplier: an order to verify, a quote to draft and to verify, a service to realize.</summary>
public sealed class SupplierDesk : IInboxDesk
{
    /// <inheritdoc/>
    public Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation) => order.State switch
    {
        Order.Types.State.Placed => AskOrderAsync(session, prompts, order, cancellation),
        Order.Types.State.Approved => AskAmountAsync(session, prompts, order, cancellation),
        Order.Types.State.QuoteDrafted => AskQuoteAsync(session, prompts, order, cancellation),
        Order.Types.State.InRealization => AskRealizedAsync(session, prompts, order, cancellation),
        _ => Task.FromResult<Order?>(null),
    };

    private static async Task<Order?> AskOrderAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        Show(session, order);
        return await prompts.OkOrNoAsync(session.Texts.Format(Text.AskOrder, order.Id), cancellation) switch
        {
            Answer.Ok => await SupplierSteps.ApproveOrder.AnswerAsync(session, order, cancellation),
            Answer.No => await RejectAsync(session, prompts, order, cancellation),
            _ => null,
        };
    }

    private static async Task<Order?> AskAmountAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        Show(session, order);
        while (await prompts.LineAsync(session.Texts.Format(Text.AskAmount, order.Id), cancellation) is { } answer)
        {
            switch (answer.ToLowerInvariant())
            {
                case "no" or "non" when order.AllowedCommands.Contains(Command.RejectOrder):
                    return await RejectAsync(session, prompts, order, cancellation);
                case "free" or "gratuit":
                    return await DraftAsync(session, order, "0", free: true, cancellation);
            }

            try
            {
                return await DraftAsync(session, order, answer, free: false, cancellation);
            }
            catch (CliException failure) when (failure.ExitCode == ExitCodes.Usage)
            {
                session.Printer.Notice(failure.Message);
                session.Printer.Notice(session.Texts[Text.AnswerAmount]);
            }
        }

        return null;
    }

    private static async Task<Order?> DraftAsync(Session session, Order order, string amount, bool free, CancellationToken cancellation)
    {
        var request = QuoteDraft.OfAmount(session.Texts, order.Id, amount, free: free);
        var after = await SupplierSteps.DraftQuote.AnswerAsync(session, order, cancellation, request);
        DraftCommand.TellWhereItIs(session, after);
        return after;
    }

    private static async Task<Order?> AskQuoteAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        var document = await QuoteDocumentReader.FetchAsync(session, order.Id, order.Quote?.Revision ?? 0, session.PatientCalls, cancellation);
        session.Printer.NoticeDocument(QuoteDocumentReader.TextOf(document));
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskQuoteSupplier, order.Id), cancellation))
        {
            case Answer.Ok:
                return await SupplierSteps.ApproveQuote.AnswerAsync(session, order, cancellation);
            case Answer.No when await prompts.ReasonAsync(cancellation) is { } reason:
                return await SupplierSteps.RejectQuote.AnswerAsync(session, order, cancellation, reason: reason);
            default:
                return null;
        }
    }

    private static async Task<Order?> AskRealizedAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation)
    {
        Show(session, order);
        switch (await prompts.OkOrNoAsync(session.Texts.Format(Text.AskRealized, order.Id), cancellation))
        {
            case Answer.Ok:
                return await SupplierSteps.ReportRealization.AnswerAsync(session, order, cancellation);
            case Answer.No:
                session.Printer.Notice(session.Texts.Format(Text.QuestionSkipped, order.Id));
                return null;
            default:
                return null;
        }
    }

    private static async Task<Order?> RejectAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation) =>
        await prompts.ReasonAsync(cancellation) is { } reason
            ? await SupplierSteps.RejectOrder.AnswerAsync(session, order, cancellation, reason: reason)
            : null;

    // What it is about, and why it came back where it did.
    private static void Show(Session session, Order order) => session.Printer.NoticeBlock(new OrderText(session).Details(order));
}
