using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// What a request's fields must be, apart from any order. Collects the faults of a request, so that
/// the caller can correct them at once; past a limit they are counted only, so that a small request
/// gets no large answer.
/// </summary>
public sealed class RequestRules
{
    // The marks of RFC 5322 that part addresses, names and comments.
    private static readonly SearchValues<char> NotInAnEmail = SearchValues.Create("()<>[]:;,\\\"");

    private static readonly SearchValues<char> DigestCharacters = SearchValues.Create("0123456789abcdef");

    // Unicode's own line breaks count too: the lines of a document are the server's alone.
    private static readonly char[] Control = [.. Enumerable.Range(0, char.MaxValue).Select(c => (char)c).Where(char.IsControl), '\u2028', '\u2029'];
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(Control);
    private static readonly SearchValues<char> ControlButNewLine = SearchValues.Create([.. Control.Except(['\n'])]);

    private readonly List<FieldFault> faults = [];
    private int moreFaults;

    // The line that the fields are of, from 0; null where they are of the request itself.
    private int? lineAt;

    /// <summary>The refusal that names all faults, or null.</summary>
    public Refusal? Refusal => faults.Count == 0 ? null : new Refusal(ErrorReason.InvalidField) { Fields = faults, MoreFields = moreFaults };

    public void Fault(string field, FieldRule rule, params string[] values)
    {
        if (faults.Count == ContractLimits.FieldsPerError)
        {
            moreFaults++;
            return;
        }

        faults.Add(new FieldFault(lineAt is { } line ? $"lines[{line}].{field}" : field, rule, values));
    }

    public void Positive(string field, long value)
    {
        if (value <= 0)
        {
            Fault(field, FieldRule.NotPositive);
        }
    }

    public void NotNegative(string field, long value, long most)
    {
        if (value < 0 || value > most)
        {
            Fault(field, FieldRule.NotInRange, "0", Text(most));
        }
    }

    /// <summary>Text of people: its length in characters (Unicode scalar values), no control characters.</summary>
    public void Text(string field, string value, int most, bool required = false, bool lines = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
        {
            Fault(field, FieldRule.Required);
        }
        else if (value.Length > most && value.EnumerateRunes().Count() > most)
        {
            Fault(field, FieldRule.TooLong, Text(most));
        }
        else if (value.AsSpan().ContainsAny(lines ? ControlButNewLine : ControlCharacters))
        {
            Fault(field, FieldRule.ControlCharacter);
        }
    }

    /// <summary>What every command carries.</summary>
    public void Command(IOrderCommand command)
    {
        if (command is not PlaceOrderRequest)
        {
            Positive("order_id", command.OrderId);
        }

        if (Encoding.UTF8.GetByteCount(command.RequestId) > ContractLimits.RequestIdBytes)
        {
            Fault("request_id", FieldRule.TooLong, Text(ContractLimits.RequestIdBytes));
        }

        if (command.HasExpectedRevision)
        {
            Positive("expected_revision", command.ExpectedRevision);
        }

        if (command is IReasonedCommand { Reason: var reason })
        {
            Text("reason", reason, ContractLimits.ReasonLength);
        }
    }

    /// <summary>
    /// An address as far as one can tell without sending to it: one @ with something on both sides, and
    /// nothing that a mail program or its command line would read as more than one address.
    /// </summary>
    public void Email(string field, string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (value.Length == 0)
        {
            Fault(field, FieldRule.Required);
        }
        else if (Encoding.UTF8.GetByteCount(value) > ContractLimits.EmailLength)
        {
            Fault(field, FieldRule.TooLong, Text(ContractLimits.EmailLength));
        }
        else if (at <= 0 || at == value.Length - 1 || value.LastIndexOf('@') != at
            || value[0] == '-' || value[at + 1] is '-' or '.' || value[^1] == '.' || value.AsSpan().ContainsAny(NotInAnEmail)
            || value.EnumerateRunes().Any(rune => Rune.IsWhiteSpace(rune) || !VisibleText.IsVisible(rune))
            || value.Contains("..", StringComparison.Ordinal))
        {
            Fault(field, FieldRule.NotAnEmail);
        }
    }

    public void Quantity(string field, string value)
    {
        if (value.Length == 0)
        {
            Fault(field, FieldRule.Required);
        }
        else if (Amounts.Micros(value) is not { } micros)
        {
            Fault(field, FieldRule.NotADecimal, Text(ContractLimits.QuantityDecimals));
        }
        else if (micros is 0 or > ContractLimits.MaxQuantity * 1_000_000)
        {
            Fault(field, FieldRule.NotInRange, "0.000001", Text(ContractLimits.MaxQuantity));
        }
    }

    /// <summary>The lines, each by its own rules; of too many only the first are looked at.</summary>
    public void Lines<T>(string field, IReadOnlyList<T> lines, Action<T> check, bool required)
    {
        for (var i = 0; i < Math.Min(lines.Count, ContractLimits.LinesPerOrder); i++)
        {
            lineAt = i;
            check(lines[i]);
        }

        lineAt = null;
        if (required && lines.Count == 0)
        {
            Fault(field, FieldRule.Required);
        }
        else if (lines.Count > ContractLimits.LinesPerOrder)
        {
            Fault(field, FieldRule.TooMany, Text(ContractLimits.LinesPerOrder));
        }
    }

    public void UnitPrice(string field, Money? price)
    {
        if (price is null)
        {
            Fault(field, FieldRule.Required);
        }
        else if (price.CurrencyCode.Length != 3 || !price.CurrencyCode.All(char.IsAsciiLetterUpper))
        {
            Fault(field + ".currency_code", FieldRule.NotACurrency);
        }
        else if (price.Units is < 0 or > ContractLimits.MaxUnitPrice || (price.Units == ContractLimits.MaxUnitPrice && price.Nanos > 0))
        {
            Fault(field + ".units", FieldRule.NotInRange, "0", Text(ContractLimits.MaxUnitPrice));
        }
        else if (price.Nanos is < 0 or > 999_999_999)
        {
            Fault(field + ".nanos", FieldRule.NotMoney);
        }
    }

    public void Digest(string field, string value)
    {
        if (value.Length == 0)
        {
            Fault(field, FieldRule.Required);
        }
        else if (value.Length != 64 || value.AsSpan().ContainsAnyExcept(DigestCharacters))
        {
            Fault(field, FieldRule.NotADigest);
        }
    }

    public void Party(string field, string value)
    {
        if (value.Length > 0 && !PartyName.IsValid(value))
        {
            Fault(field, FieldRule.NotAParty);
        }
    }

    public void States(string field, IReadOnlyCollection<Order.Types.State> states)
    {
        if (states.Count > ContractLimits.StatesPerFilter)
        {
            Fault(field, FieldRule.TooMany, Text(ContractLimits.StatesPerFilter));
        }
        else if (states.Any(state => !OrderProcess.Turns.ContainsKey(state)))
        {
            Fault(field, FieldRule.NotAState);
        }
    }

    /// <summary>A time from the year 1 to 9999, as Timestamp's own comment has it; null if absent or at fault.</summary>
    public DateTimeOffset? Time(string field, Timestamp? value)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            return value.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            Fault(field, FieldRule.NotATime);
            return null;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
