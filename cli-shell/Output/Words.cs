using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// What the contract names, in the words of a language: states, events, whose turn it is, money. In
/// English they are the contract's own names, which the options take; JSON has those in any language.
/// </summary>
public sealed class Words(Texts texts)
{
    /// <summary>Such as QUOTE_SENT, or "devis envoyé".</summary>
    public string Of(Order.Types.State state) => Named("STATE_", Names.Of(state));

    /// <summary>Such as CLIENT, or "client".</summary>
    public string Of(WaitingOn waitingOn) => Named("TURN_", Names.Of(waitingOn));

    /// <summary>Such as "client", or "fournisseur".</summary>
    public string Of(Role role) => Named("ROLE_", Names.Of(role)).ToLowerInvariant();

    /// <summary>Such as QuoteSent, or "Devis envoyé".</summary>
    public string Of(OrderEvent.EventOneofCase happened) => Named("EVENT_", Names.Of(happened));

    /// <summary>Such as "38.50 EUR", or "38,50 €"; empty for null.</summary>
    public string Of(Money? money)
    {
        var text = MoneyText.Format(money);
        return texts.Language == Language.Fr && money is not null
            ? text.Replace('.', ',').Replace(" EUR", " €", StringComparison.Ordinal)
            : text;
    }

    /// <summary>A quantity with the language's decimal sign.</summary>
    public string Quantity(string quantity) => texts.Language == Language.Fr ? quantity.Replace('.', ',') : quantity;

    /// <summary>What stands between a label and its value.</summary>
    public string Colon => texts.Language == Language.Fr ? " : " : ": ";

    /// <summary>Whose turn it is, behind "waiting": "on CLIENT", "du client".</summary>
    public string Awaited(WaitingOn waitingOn) => texts.Name("AWAITED_" + Names.Of(waitingOn)) ?? Of(waitingOn);

    /// <summary>Such as "client acme"; who is named as their role is said once.</summary>
    public string Of(Actor? actor) => actor is null ? ""
        : actor.Name.Equals(Names.Of(actor.Role), StringComparison.OrdinalIgnoreCase) ? Of(actor.Role)
        : $"{Of(actor.Role)} {actor.Name}".TrimEnd();

    /// <summary>What a party did, as a sentence without its subject.</summary>
    public string Did(OrderEvent happened)
    {
        var (revision, money) = QuoteOf(happened);
        var sentence = texts.Name("DID_" + Names.Of(happened.EventCase)) ?? Of(happened.EventCase);
        var did = string.Format(CultureInfo.InvariantCulture, sentence, revision);

        // A client does not see what a draft comes to.
        return money is null ? did : string.Format(CultureInfo.InvariantCulture, texts.Name("OF") ?? "{0} {1}", did, Of(money));
    }

    private static (int Revision, Money? Total) QuoteOf(OrderEvent happened) => happened.EventCase switch
    {
        OrderEvent.EventOneofCase.QuoteDrafted => (happened.QuoteDrafted.QuoteRevision, happened.QuoteDrafted.Total),
        OrderEvent.EventOneofCase.QuoteSent => (happened.QuoteSent.QuoteRevision, happened.QuoteSent.Total),
        OrderEvent.EventOneofCase.QuoteWithheld => (happened.QuoteWithheld.QuoteRevision, null),
        OrderEvent.EventOneofCase.QuoteAccepted => (happened.QuoteAccepted.QuoteRevision, null),
        OrderEvent.EventOneofCase.QuoteDeclined => (happened.QuoteDeclined.QuoteRevision, null),
        OrderEvent.EventOneofCase.QuoteRevisionRequested => (happened.QuoteRevisionRequested.QuoteRevision, null),
        _ => (0, null),
    };

    // A name that is newer than this tool is said as the contract has it.
    private string Named(string prefix, string name) => texts.Name(prefix + name) ?? name;
}
