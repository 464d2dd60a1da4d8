using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.SupplierCli.Commands;

/// <summary>The supplier's own verbs of quote: draft, approve and reject.</summary>
public static class QuoteCommands
{
    /// <summary>Drafts a quote: one amount, or lines.</summary>
    public static Command CreateDraft(Shell shell)
    {
        var options = new CommandOptions(shell);
        var amount = shell.Option("--amount", "AMOUNT");
        var lines = shell.ManyOption("--line", "DESC[=QTY]@PRICE");
        lines.Description = shell.Texts.Help("quote draft --line");
        var currency = shell.Option("--currency", "CODE");
        var validUntil = shell.Option("--valid-until", "TIME");
        return shell.Verb(
            "quote draft",
            options.With(amount, lines, currency, validUntil),
            async (session, parsed, cancellation) =>
            {
                var given = parsed.GetValue(currency)?.ToUpperInvariant();
                var request = (parsed.GetValue(amount), parsed.GetValue(lines)) switch
                {
                    ({ } whole, null or []) => OfAmount(session, parsed.GetValue(options.Id), whole, given),
                    (null, { Length: > 0 } each) => OfLines(session, parsed.GetValue(options.Id), each, given),
                    _ => throw CliException.Usage(session.Texts[Text.AmountOrLines]),
                };
                request.ValidUntil = ValidUntil(session, parsed.GetValue(validUntil));
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Caller).DraftQuoteAsync(request, identity, cancellation);
                return ExitCodes.Done;
            },
            "quote draft 1 --amount 38",
            "quote draft 1 --line \"Fence=1@30\" --line \"Gate=2@4\" --valid-until 2026-12-31");
    }

    /// <summary>Verifies a quote, which sends it.</summary>
    public static Command CreateApprove(Shell shell)
    {
        var options = new CommandOptions(shell);
        return shell.Verb(
            "quote approve",
            options.With(),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Caller).ApproveQuoteAsync(parsed.GetValue(options.Id), identity, cancellation);
                return ExitCodes.Done;
            },
            "quote approve 1");
    }

    /// <summary>Refuses to send a quote.</summary>
    public static Command CreateReject(Shell shell)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        return shell.Verb(
            "quote reject",
            options.With(reason),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Caller).RejectQuoteAsync(parsed.GetValue(options.Id), identity, parsed.GetValue(reason) ?? "", cancellation);
                return ExitCodes.Done;
            },
            "quote reject 1 --reason \"Out of stock\"");
    }

    private static DraftQuoteRequest OfAmount(Session session, long id, string text, string? currency)
    {
        if (!MoneyText.TryParse(text, currency ?? MoneyText.DefaultCurrency, out var money))
        {
            throw CliException.Usage(session.Texts.Format(Text.BadAmount, text));
        }

        return QuoteDraft.OfAmount(session.Texts, id, OneCurrency(session.Texts, money, currency));
    }

    private static DraftQuoteRequest OfLines(Session session, long id, string[] texts, string? currency)
    {
        var request = new DraftQuoteRequest { OrderId = id };
        foreach (var text in texts)
        {
            if (!LineText.TryParseQuoteLine(text, currency ?? MoneyText.DefaultCurrency, out var line))
            {
                throw CliException.Usage(session.Texts.Format(Text.BadQuoteLine, text));
            }

            OneCurrency(session.Texts, line.UnitPrice, currency);
            request.Lines.Add(line);
        }

        return request;
    }

    // "--amount '38 USD' --currency EUR" says two things.
    private static Money OneCurrency(Texts texts, Money money, string? currency) =>
        currency is null || money.CurrencyCode == currency
            ? money
            : throw CliException.Usage(texts.Format(Text.TwoCurrencies, money.CurrencyCode, currency));

    private static Google.Protobuf.WellKnownTypes.Timestamp? ValidUntil(Session session, string? text)
    {
        if (text is null)
        {
            return null;
        }

        return TimeText.TryParseEnd(text, session.Dependencies.Time, out var time) ? time : throw CliException.Usage(session.Texts.Format(Text.BadTime, "--valid-until", text));
    }
}
