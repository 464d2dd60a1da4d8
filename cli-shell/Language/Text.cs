namespace OrderGrpc.CliShell;

/// <summary>The texts of Texts.resx, by name. The values that each takes are in its comment or in the text.</summary>
public enum Text
{
    /// <summary>The number of an order; also the one line of a quote that is one amount.</summary>
    OrderNumber,

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

    /// <summary>A watch goes on with another server.</summary>
    ConnectionElsewhere,

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
    ColumnTime,

    /// <summary>Column.</summary>
    ColumnEvent,

    /// <summary>Column.</summary>
    ColumnActor,

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

    /// <summary>None of several can be: how many, each with its cause on a line.</summary>
    NoneReachable,

    /// <summary>The cause of one for which no time was left.</summary>
    NotTried,

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

    /// <summary>Two of several servers have different schemes: flag, both.</summary>
    MixedServers,

    /// <summary>A server is named twice: flag, both.</summary>
    ServerTwice,

    /// <summary>Flag, the most, how many there are.</summary>
    TooManyServers,

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

    /// <summary>A moment that is less than a minute ago.</summary>
    JustNow,

    /// <summary>How many minutes ago.</summary>
    MinutesAgo,

    /// <summary>How many hours ago.</summary>
    HoursAgo,

    /// <summary>Column.</summary>
    ColumnPosition,

    /// <summary>What the tool is doing, where it takes longer.</summary>
    Working,

    /// <summary>How much of a list is read.</summary>
    ReadSoFar,

    /// <summary>A digest that is cut: its beginning.</summary>
    DigestShort,

    /// <summary>Path.</summary>
    OwnedByOther,

    /// <summary>Path, chmod.</summary>
    OthersWrite,

    /// <summary>Path.</summary>
    OthersRead,

    /// <summary>Path.</summary>
    TokenFileIsFolder,

    /// <summary>Cause, result.</summary>
    DoneButNotWritten,

    /// <summary>Standard output is closed.</summary>
    OutputClosed,

    /// <summary>Line, what stands behind =.</summary>
    BadOrderLine,

    /// <summary>Amount, currency, its decimals.</summary>
    TooManyDecimals,

    /// <summary>The amount is 0.</summary>
    FreeMustBeSaid,

    /// <summary>Command to type.</summary>
    Next,

    /// <summary>Command to type.</summary>
    QuoteFileHint,

    /// <summary>Name, its filter, the one given, file.</summary>
    CursorOfOtherFilter,

    /// <summary>Name, position, file.</summary>
    CursorHasBegun,

    /// <summary>Address, cause.</summary>
    NoTls,

    /// <summary>Address, cause.</summary>
    NotThisProtocol,

    /// <summary>Before a final act.</summary>
    AskConfirm,

    /// <summary>It was not confirmed.</summary>
    NotDone,

    /// <summary>Prompt, on a line of its own.</summary>
    AskAnswer,

    /// <summary>Order: after no to its quote.</summary>
    AskDecline,

    /// <summary>After a wrong amount.</summary>
    AnswerAmount,

    /// <summary>Order.</summary>
    QuestionSkipped,

    /// <summary>Order.</summary>
    QuestionWithdrawn,

    /// <summary>News, reason.</summary>
    NewsReason,

    /// <summary>File, where.</summary>
    ConfigDamaged,

    /// <summary>Name, those there are.</summary>
    NoContext,

    /// <summary>Name.</summary>
    BadContextName,

    /// <summary>Name, its server.</summary>
    ContextExists,

    /// <summary>--columns with text or JSON.</summary>
    ColumnsNeedRows,

    /// <summary>A command without rows.</summary>
    NoRows,

    /// <summary>Name, role.</summary>
    WhoamiCaller,

    /// <summary>Time.</summary>
    WhoamiUntil,

    /// <summary>The token never ends.</summary>
    WhoamiNoEnd,

    /// <summary>Order.</summary>
    WhoamiLink,

    /// <summary>Order.</summary>
    LinkNote,

    /// <summary>Order, time.</summary>
    LinkUntil,

    /// <summary>Address, version.</summary>
    WhoamiServer,

    /// <summary>Tool, version, context.</summary>
    WhoamiTool,

    /// <summary>Own version, the server's.</summary>
    VersionsFarApart,

    /// <summary>A cause.</summary>
    CausePermission,

    /// <summary>A cause.</summary>
    CauseNotThere,

    /// <summary>A cause.</summary>
    CauseNameTooLong,

    /// <summary>A cause.</summary>
    CauseThereAlready,

    /// <summary>A cause.</summary>
    CauseNoFolder,

    /// <summary>A cause.</summary>
    CauseFolder,

    /// <summary>A cause.</summary>
    CauseFull,

    /// <summary>A cause.</summary>
    CauseReadOnly,

    /// <summary>A cause.</summary>
    CauseDevice,

    /// <summary>A cause.</summary>
    CauseHeld,

    /// <summary>A cause.</summary>
    CauseNoProgram,

    /// <summary>A cause.</summary>
    CauseRefused,

    /// <summary>A cause.</summary>
    CauseNoSuchHost,

    /// <summary>A cause.</summary>
    CauseNoWay,

    /// <summary>A cause.</summary>
    CauseTimedOut,

    /// <summary>A cause.</summary>
    CauseReset,

    /// <summary>A cause.</summary>
    CauseSilent,

    /// <summary>A cause; what is wrong with a certificate.</summary>
    CauseUntrusted,

    /// <summary>A cause.</summary>
    CauseNoHandshake,

    /// <summary>A cause.</summary>
    CauseOtherProtocol,

    /// <summary>A cause.</summary>
    CauseNoPem,

    /// <summary>A cause; line.</summary>
    CauseNoJson,

    /// <summary>Command line, order, state.</summary>
    NotInThisState,

    /// <summary>Above command lines.</summary>
    PossibleNow,

    /// <summary>Role, its tool.</summary>
    TurnOfOther,

    /// <summary>Order.</summary>
    HasEnded,

    /// <summary>Quote revision, order, time.</summary>
    QuoteHasExpired,

    /// <summary>Order, quote revision.</summary>
    QuoteHasChanged,

    /// <summary>Order.</summary>
    NoSuchQuote,

    /// <summary>Order.</summary>
    NoSuchOrder,

    /// <summary>Order, revision, expected one.</summary>
    RevisionIsOther,

    /// <summary>Order, the one in its place.</summary>
    ReplacedBefore,

    /// <summary>Order, state.</summary>
    NotReplaceable,

    /// <summary>Position.</summary>
    PositionIsAhead,

    /// <summary>Cursor, position, its file.</summary>
    CursorAhead,

    /// <summary>For another request.</summary>
    RequestIdReused,

    /// <summary>Of a command.</summary>
    OutcomeUnknown,

    /// <summary>File, role, tool, other tool.</summary>
    TokenOfOtherRole,

    /// <summary>Command line, the other tool.</summary>
    CommandOfOther,

    /// <summary>Option, command line.</summary>
    OptionTooEarly,

    /// <summary>Option, what is wrong.</summary>
    FieldError,

    /// <summary>Why.</summary>
    DoneButNotSaved,

    /// <summary>In a command to type.</summary>
    AmountToFill,

    /// <summary>{0} the server, {1} who, {2} a command to type.</summary>
    WebOpened,

    /// <summary>Before the address of a page that signs in whoever has it.</summary>
    WebHoldsToken,
}
