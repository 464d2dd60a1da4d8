using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.CliShell;

/// <summary>
/// What the server has refused, in words of the command line and with the command to type next: its
/// own texts are for who calls the contract. Of what it says about a refusal only numbers and names
/// of the contract are taken, so that no server puts words into a command that a person is told to type.
/// </summary>
public sealed class RefusalText(Session session)
{
    private readonly Texts texts = session.Texts;
    private readonly Words words = session.Words;

    /// <summary>The error as this tool says it; as the server said it where this tool knows no better.</summary>
    public ErrorReport Of(ErrorReport report)
    {
        var told = new Told(report.Metadata);
        return report.Reason switch
        {
            "POSITION_AHEAD" => report with { Message = texts.Format(Text.PositionIsAhead, told.Number("after_position")) },
            "REQUEST_ID_REUSED" => report with { Message = texts[Text.RequestIdReused] },
            "OUTCOME_UNKNOWN" => report with { Message = texts[Text.OutcomeUnknown] },
            "WRONG_ROLE" => report with { Message = texts.Format(Text.TokenOfOtherRole, TokenFile(), words.Of(session.Role), session.Tool, session.OtherTool) },
            _ when told.OrderId > 0 => OfOrder(report, told),
            _ => report,
        };
    }

    private ErrorReport OfOrder(ErrorReport report, Told told) => report.Reason switch
    {
        "WRONG_STATE" => WrongState(report, told),
        "QUOTE_EXPIRED" when told.Moment("valid_until") is { } until => Next(
            report,
            texts.Format(Text.QuoteHasExpired, told.Number("quote_revision"), told.OrderId, session.Times.OfLasting(until)),
            session.Role == Role.Client ? (FormattableString)$"quote revise {told.OrderId}" : $"quote draft {told.OrderId} --amount {texts[Text.AmountToFill]}"),
        "QUOTE_CHANGED" => Next(report, texts.Format(Text.QuoteHasChanged, told.OrderId, told.Number("quote_revision")), $"quote show {told.OrderId}"),
        "QUOTE_NOT_FOUND" => Next(report, texts.Format(Text.NoSuchQuote, told.OrderId), $"quote check {told.OrderId}"),
        "REVISION_STALE" => Next(
            report, texts.Format(Text.RevisionIsOther, told.OrderId, told.Number("revision"), told.Number("expected_revision")), $"order show {told.OrderId}"),
        "ORDER_NOT_FOUND" => Next(report, texts.Format(Text.NoSuchOrder, told.OrderId), $"order list"),
        "NOT_REPLACEABLE" when told.Number("replaced_by") is > 0 and var by => Next(report, texts.Format(Text.ReplacedBefore, told.OrderId, by), $"order show {by}"),
        "NOT_REPLACEABLE" when told.State is { } state => Next(report, texts.Format(Text.NotReplaceable, told.OrderId, words.Of(state)), $"order show {told.OrderId}"),
        _ => report,
    };

    private ErrorReport WrongState(ErrorReport report, Told told)
    {
        if (told.State is not { } state || told.Command is not { } command || CommandLines.Of(command) is not { } line)
        {
            return report;
        }

        var hints = new List<string>();
        if (told.WaitingOn is { } turn && OfTurn(turn, told.OrderId) is { } whose)
        {
            hints.Add(whose);
        }

        var allowed = told.Allowed.Select(CommandLines.Of).OfType<string>().ToList();
        if (allowed.Count > 0)
        {
            hints.Add(texts[Text.PossibleNow]);
            hints.AddRange(allowed.Select(possible => "  " + session.ToType($"{possible} {told.OrderId}{(possible == "quote draft" ? " --amount " + texts[Text.AmountToFill] : "")}")));
        }

        return report with { Message = texts.Format(Text.NotInThisState, line, told.OrderId, words.Of(state)), Hint = string.Join('\n', hints) };
    }

    private string? OfTurn(WaitingOn turn, long orderId) => turn switch
    {
        WaitingOn.Nobody => texts.Format(Text.HasEnded, orderId),
        WaitingOn.Client when session.Role == Role.Supplier => texts.Format(Text.TurnOfOther, words.Of(Role.Client), session.OtherTool),
        WaitingOn.Supplier when session.Role == Role.Client => texts.Format(Text.TurnOfOther, words.Of(Role.Supplier), session.OtherTool),
        _ => null,
    };

    private ErrorReport Next(ErrorReport report, string message, FormattableString line) =>
        report with { Message = message, Hint = texts.Format(Text.Next, session.ToType(line)) };

    private string TokenFile() => Credentials.FileFor(session.Settings, session.Role, session.Dependencies, texts);

    /// <summary>The metadata of a refusal, as far as it can be read.</summary>
    private sealed class Told(IReadOnlyDictionary<string, string> metadata)
    {
        public long OrderId => Number("order_id");

        public State? State => Names.TryParseState(Value("state"), out var state) ? state : null;

        public Command? Command => Read(Value("command"));

        public IEnumerable<Command> Allowed => Value("allowed_commands").Split(',').Select(Read).OfType<Command>();

        public WaitingOn? WaitingOn => new WaitingOn?[] { V1.WaitingOn.Client, V1.WaitingOn.Supplier, V1.WaitingOn.Nobody }
            .FirstOrDefault(known => Names.Of(known!.Value) == Value("waiting_on"));

        public long Number(string key) => long.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        public Timestamp? Moment(string key) =>
            DateTimeOffset.TryParse(Value(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? Timestamp.FromDateTimeOffset(moment) : null;

        private static Command? Read(string name) =>
            System.Enum.GetValues<Command>().Where(known => known != V1.Command.Unspecified && Names.Of(known) == name).Select(known => (Command?)known).FirstOrDefault();

        private string Value(string key) => metadata.GetValueOrDefault(key, "");
    }
}
