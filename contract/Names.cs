using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf.Reflection;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Contract;

/// <summary>
/// The names of enum values as people and metadata have them: the contract's, without the prefix.
/// From the descriptors, so that an enum needs no reflection, and a value that is newer than this
/// program is its number.
/// </summary>
public static class Names
{
    private static readonly EnumNames States = new(Order.Descriptor.EnumTypes[0]);
    private static readonly EnumNames Roles = new(OrderReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(Role)));
    private static readonly EnumNames WaitingOns = new(OrderReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(WaitingOn)));
    private static readonly EnumNames Commands = new(OrderReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(Command)));
    private static readonly EnumNames Reasons = new(ErrorsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason)));

    /// <summary>Such as QUOTE_SENT.</summary>
    public static string Of(State state) => States.Of((int)state);

    /// <summary>CLIENT or SUPPLIER.</summary>
    public static string Of(Role role) => Roles.Of((int)role);

    /// <summary>CLIENT, SUPPLIER or NOBODY.</summary>
    public static string Of(WaitingOn waitingOn) => WaitingOns.Of((int)waitingOn);

    /// <summary>Such as APPROVE_QUOTE.</summary>
    public static string Of(Command command) => Commands.Of((int)command);

    /// <summary>Such as WRONG_STATE.</summary>
    public static string Of(ErrorReason reason) => Reasons.Of((int)reason);

    /// <summary>The name of the event's message, such as QuoteSent.</summary>
    public static string Of(OrderEvent.EventOneofCase happened) => happened.ToString();

    /// <summary>The names of all states.</summary>
    public static IEnumerable<string> AllStates => States.All;

    /// <summary>Reads a state as people write it: quote_sent, QUOTE-SENT, STATE_QUOTE_SENT.</summary>
    public static bool TryParseState(string text, out State state)
    {
        state = (State)States.Parse(text);
        return state != State.Unspecified;
    }

    private sealed class EnumNames
    {
        private readonly string prefix;
        private readonly FrozenDictionary<int, string> byNumber;

        public EnumNames(EnumDescriptor type)
        {
            // The value 0 is the prefix and UNSPECIFIED, as every enum of the contract has it.
            prefix = type.FindValueByNumber(0).Name[..^"UNSPECIFIED".Length];
            byNumber = type.Values.ToFrozenDictionary(value => value.Number, value => value.Name[prefix.Length..]);
        }

        public IEnumerable<string> All => byNumber.Where(value => value.Key != 0).OrderBy(value => value.Key).Select(value => value.Value);

        public string Of(int number) =>
            byNumber.TryGetValue(number, out var name) ? name : number.ToString(CultureInfo.InvariantCulture);

        /// <summary>The value of this name, 0 for none.</summary>
        public int Parse(string text)
        {
            var name = text.Trim().Replace('-', '_').ToUpperInvariant();
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
            return byNumber.FirstOrDefault(value => value.Value == name).Key;
        }
    }
}
