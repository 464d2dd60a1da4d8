using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// Why a call is refused. The metadata's values fill the reason's text and are sent with it, so
/// they must be fit for the caller's eyes.
/// </summary>
public sealed record Refusal(ErrorReason Reason, params (string Key, string Value)[] Metadata)
{
    /// <summary>Which of the reason's texts says it, such as "_JSON"; empty for the one that all have.</summary>
    public string Variant { get; init; } = "";

    /// <summary>The fields at fault, for INVALID_FIELD.</summary>
    public IReadOnlyList<FieldFault> Fields { get; init; } = [];

    /// <summary>How many more fields are at fault than are named.</summary>
    public int MoreFields { get; init; }

    /// <summary>How long to wait before a retry, where waiting helps.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What is wrong with one field: a rule, whose text has a place for each value.</summary>
public sealed record FieldFault(string Field, FieldRule Rule, params string[] Values);

/// <summary>The rules that a field can break; each has a text of its name.</summary>
public enum FieldRule
{
    Required,
    TooLong,
    TooMany,
    ControlCharacter,
    NotUnicode,
    NotAnEmail,
    NotADecimal,
    NotInRange,
    TooManyDecimals,
    NotACurrency,
    MixedCurrencies,
    NotMoney,
    NotADigest,
    NotAParty,
    NotKnown,
    NotAState,
    NotPositive,
    NotATime,
    NotAhead,
    NotTrue,
    SnapshotWithPast,
    NoSuchField,
    NotText,
    NotAnInteger,
    NotANumber,
    NotABoolean,
    NotAnObject,
    NotAnArray,
    NotBase64,
    Twice,
    InThePath,
    OneOf,
}
