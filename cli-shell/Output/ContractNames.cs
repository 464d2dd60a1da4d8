using Google.Protobuf.Reflection;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// The contract's own names of states, roles, commands and events, so that the tools, the RPCs and
/// the documentation say the same words.
/// </summary>
public static class ContractNames
{
    private const string StatePrefix = "STATE_";

    /// <summary>Such as QUOTE_SENT.</summary>
    public static string Of(Order.Types.State state) => Name(States, (int)state, StatePrefix);

    /// <summary>CLIENT or SUPPLIER.</summary>
    public static string Of(Role role) => Name(OrderReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(Role)), (int)role, "ROLE_");

    /// <summary>CLIENT, SUPPLIER or NOBODY.</summary>
    public static string Of(WaitingOn waitingOn) => Name(OrderReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(WaitingOn)), (int)waitingOn, "WAITING_ON_");

    /// <summary>The name of the event's message, such as QuoteSent.</summary>
    public static string Of(OrderEvent.EventOneofCase happened) => happened.ToString();

    /// <summary>The noun and verb of the tools for a command, such as "quote approve"; null for one that is newer than this tool.</summary>
    public static string? CommandLineOf(Command command) => command switch
    {
        Command.PlaceOrder => "order place",
        Command.ApproveOrder => "order approve",
        Command.RejectOrder => "order reject",
        Command.CancelOrder => "order cancel",
        Command.DraftQuote => "quote draft",
        Command.ApproveQuote => "quote approve",
        Command.RejectQuote => "quote reject",
        Command.RequestQuoteRevision => "quote revise",
        Command.ReportRealization => "realization report",
        Command.ApproveRealization => "realization approve",
        Command.RejectRealization => "realization reject",
        _ => null,
    };

    /// <summary>Reads a state as people write it: quote_sent, QUOTE-SENT, STATE_QUOTE_SENT.</summary>
    public static bool TryParseState(string text, out Order.Types.State state)
    {
        var name = text.Trim().Replace('-', '_').ToUpperInvariant();
        name = name.StartsWith(StatePrefix, StringComparison.Ordinal) ? name : StatePrefix + name;
        state = (Order.Types.State)(States.FindValueByName(name)?.Number ?? 0);
        return state != Order.Types.State.Unspecified;
    }

    /// <summary>All states, comma-separated, for messages.</summary>
    public static string AllStates() =>
        string.Join(", ", States.Values.Where(v => v.Number != 0).Select(v => v.Name[StatePrefix.Length..].ToLowerInvariant()));

    /// <summary>A gRPC status code as its specification writes it, such as NOT_FOUND.</summary>
    public static string OfStatus(StatusCode code) =>
        string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));

    private static EnumDescriptor States => Order.Descriptor.EnumTypes[0];

    private static string Name(EnumDescriptor type, int number, string prefix) =>
        type.FindValueByNumber(number)?.Name[prefix.Length..] ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
