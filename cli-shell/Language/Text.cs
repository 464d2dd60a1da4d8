namespace OrderGrpc.CliShell;

/// <summary>The texts of Texts.resx, by name. The values that each takes are in its comment or in the text.</summary>
public enum Text
{
    /// <summary>The number of an order; also the one line of a quote that is one amount.</summary>
    OrderNumber,

    /// <summary>Result of order place.</summary>
    OrderPlaced,

    /// <summary>Result of order cancel.</summary>
    OrderCancelled,

    /// <summary>Result of the supplier's order approve.</summary>
    OrderApproved,

    /// <summary>Result of the supplier's order reject.</summary>
    OrderRejected,

    /// <summary>Result of quote draft.</summary>
    QuoteDrafted,

    /// <summary>Result of the supplier's quote approve.</summary>
    QuoteApproved,

    /// <summary>Result of the supplier's quote reject.</summary>
    QuoteWithheld,

    /// <summary>Result of the client's quote approve.</summary>
    QuoteAccepted,

    /// <summary>Result of the client's quote reject.</summary>
    QuoteDeclined,

    /// <summary>Result of quote revise.</summary>
    QuoteRevisionRequested,

    /// <summary>Result of realization report.</summary>
    Realized,

    /// <summary>Result of realization approve.</summary>
    RealizationApproved,

    /// <summary>Result of realization reject.</summary>
    RealizationRejected,

    /// <summary>An order and its state.</summary>
    OrderState,

    /// <summary>Result of quote show --save.</summary>
    QuoteSaved,

    /// <summary>The document shown is not sent yet.</summary>
    QuoteIsDraft,

    /// <summary>An empty list.</summary>
    NothingFound,

    /// <summary>A list was cut at its limit.</summary>
    MoreExist,

    /// <summary>Prompt of the supplier for an order.</summary>
    AskOrder,

    /// <summary>Prompt of the supplier for the amount of a quote.</summary>
    AskAmount,

    /// <summary>Prompt of the supplier for a quote.</summary>
    AskQuoteSupplier,

    /// <summary>Prompt of the supplier for a realization.</summary>
    AskRealized,

    /// <summary>Prompt of the client for a quote.</summary>
    AskQuoteClient,

    /// <summary>Prompt of the client for a realization.</summary>
    AskRealizationClient,

    /// <summary>Prompt for a reason.</summary>
    AskReason,

    /// <summary>The answer was neither.</summary>
    AnswerOkOrNo,

    /// <summary>inbox --follow begins.</summary>
    Following,

    /// <summary>http to another machine.</summary>
    Unprotected,

    /// <summary>A watch lost its connection.</summary>
    ConnectionLost,

    /// <summary>A watch is connected again.</summary>
    ConnectionBack,

    /// <summary>First line of an order: number, state, whose turn.</summary>
    OrderTitle,

    /// <summary>A revision number.</summary>
    Revision,

    /// <summary>Label.</summary>
    LabelCustomer,

    /// <summary>Label: client and supplier.</summary>
    LabelParties,

    /// <summary>Label.</summary>
    LabelReference,

    /// <summary>Label.</summary>
    LabelReplaces,

    /// <summary>Label.</summary>
    LabelPlaced,

    /// <summary>Label.</summary>
    LabelUpdated,

    /// <summary>Label.</summary>
    LabelRework,

    /// <summary>Label.</summary>
    LabelLines,

    /// <summary>Label.</summary>
    LabelNote,

    /// <summary>Label.</summary>
    LabelQuote,

    /// <summary>Label.</summary>
    LabelQuoteLines,

    /// <summary>Label.</summary>
    LabelValidUntil,

    /// <summary>Label.</summary>
    LabelDigest,

    /// <summary>Label.</summary>
    LabelRealizationNote,

    /// <summary>Label.</summary>
    LabelReasons,

    /// <summary>Label.</summary>
    LabelAllowed,

    /// <summary>A quote that is a draft.</summary>
    QuoteNotSent,

    /// <summary>A quote that was sent.</summary>
    QuoteSentAt,

    /// <summary>Column.</summary>
    ColumnOrder,

    /// <summary>Column.</summary>
    ColumnState,

    /// <summary>Column.</summary>
    ColumnWaitingOn,

    /// <summary>Column.</summary>
    ColumnClient,

    /// <summary>Column.</summary>
    ColumnSupplier,

    /// <summary>Column.</summary>
    ColumnCustomer,

    /// <summary>Column.</summary>
    ColumnLines,

    /// <summary>Column.</summary>
    ColumnTotal,

    /// <summary>Column.</summary>
    ColumnUpdated,

    /// <summary>Column.</summary>
    ColumnAllowed,

    /// <summary>Column.</summary>
    ColumnRevision,

    /// <summary>Column.</summary>
    ColumnTime,

    /// <summary>Column.</summary>
    ColumnEvent,

    /// <summary>Column.</summary>
    ColumnActor,

    /// <summary>Column.</summary>
    ColumnDetail,

    /// <summary>How an error begins.</summary>
    Error,

    /// <summary>{0}: the option.</summary>
    OptionNeedsValue,

    /// <summary>{0}: the option.</summary>
    OptionRequired,

    /// <summary>{0}: the option.</summary>
    OptionOnce,

    /// <summary>{0}: the argument.</summary>
    ArgumentMissing,

    /// <summary>{0}: the word.</summary>
    UnknownOption,

    /// <summary>{0}: the word. {1}: what there is.</summary>
    UnknownCommand,

    /// <summary>{0}: the word.</summary>
    UnexpectedWord,

    /// <summary>{0}: the nearest word.</summary>
    DidYouMean,

    /// <summary>After an error in the command line.</summary>
    SeeHelp,

    /// <summary>The server cannot be reached: address, cause.</summary>
    Unreachable,

    /// <summary>The deadline passed.</summary>
    NoAnswerInTime,

    /// <summary>A command may have been done.</summary>
    OutcomeUnknownHint,

    /// <summary>No token: file, role.</summary>
    TokenFileMissing,

    /// <summary>The file is not a token.</summary>
    TokenFileInvalid,

    /// <summary>The file cannot be read: file, cause.</summary>
    TokenFileUnreadable,

    /// <summary>Which token was refused.</summary>
    TokenUsedHint,

    /// <summary>--cert without --key, or the other way round.</summary>
    CertificateNeedsKey,

    /// <summary>A PEM file cannot be read: file, cause.</summary>
    CertificateUnreadable,

    /// <summary>Source, value.</summary>
    BadServer,

    /// <summary>Source, value, choices.</summary>
    BadChoice,

    /// <summary>Source, value.</summary>
    BadDuration,

    /// <summary>Source, value.</summary>
    BadTime,

    /// <summary>Option, value, smallest, largest.</summary>
    BadNumber,

    /// <summary>Value.</summary>
    BadOrderId,

    /// <summary>Value.</summary>
    BadAmount,

    /// <summary>Value.</summary>
    BadQuoteLine,

    /// <summary>Neither or both.</summary>
    AmountOrLines,

    /// <summary>Two currencies.</summary>
    TwoCurrencies,

    /// <summary>Two options.</summary>
    NotTogether,

    /// <summary>Value.</summary>
    BadCursorName,

    /// <summary>Name, cause.</summary>
    CursorHeld,

    /// <summary>File.</summary>
    CursorDamaged,

    /// <summary>File, cause.</summary>
    FileNotRead,

    /// <summary>File, cause.</summary>
    FileNotWritten,

    /// <summary>A fault of the tool: kind, message.</summary>
    Fault,

    /// <summary>Cause.</summary>
    OutputFailed,

    /// <summary>Order, expected digest, actual digest.</summary>
    DigestMismatch,

    /// <summary>Nothing behind --.</summary>
    ProgramMissing,

    /// <summary>Program.</summary>
    ProgramNotFound,

    /// <summary>Program, cause.</summary>
    ProgramNotStarted,

    /// <summary>Program, exit code, position.</summary>
    ProgramFailed,

    /// <summary>Order, last state.</summary>
    WaitTimedOut,

    /// <summary>Order, state.</summary>
    EndedElsewhere,
}
