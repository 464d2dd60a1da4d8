namespace OrderGrpc.Server;

/// <summary>
/// The limits that are part of the contract or of the design, each in one place. Those that an
/// operator may set are in <see cref="ServerOptions"/>.
/// </summary>
public static class Limits
{
    // What a request may hold. The contract's comments say the same figures.
    public const int NameLength = 200;
    public const int EmailLength = 254; // RFC 5321, 4.5.3.1.3: a path of 256 less its brackets
    public const int PartyNameBytes = 64;
    public const int DescriptionLength = 500;
    public const int ReferenceLength = 100;
    public const int ReasonLength = 1000;
    public const int NoteLength = 2000;
    public const int LinesPerOrder = 100;
    public const int RequestIdBytes = 64;
    public const int QuantityDecimals = 6;
    public const long MaxQuantity = 1_000_000;
    public const long MaxUnitPrice = 1_000_000_000_000;
    public const long MaxTotal = 1_000_000_000_000_000;
    public const int QuoteRevisionsPerOrder = 1000;
    public const int ReasonsOnOrder = 20;
    public const int OrderIdsPerWatch = 1000;
    public const int StatesPerFilter = 11;

    // How much an answer may hold.
    public const int DefaultPageSize = 50;
    public const int MaxPageSize = 500;
    public const int PageBytes = 1 << 20; // a page ends before the entry that would pass it
    public const int RowsPerRead = DefaultPageSize + 1; // of which a page is put together
    public const int BytesPerRead = 256 << 10; // of rows that a watch or the tail keeps at once

    // The writer: one batch is one transaction and one fsync.
    public const int CommandsPerBatch = 256;
    public const int CachedOrders = 20_000;
    public const long CachedBytes = 64 << 20;
    public static readonly TimeSpan QueueFullRetry = TimeSpan.FromMilliseconds(100);

    // The subscriptions.
    public const int RingEntries = 4096;
    public const long RingBytes = 64 << 20;
    public const int TailReadRows = 1024;
    public const int CommitsAhead = 8; // of the tail; what is dropped it reads from the log
    public const int CatchUpRows = 256;
    public const int SnapshotRows = 200;
    public const int BytesPerFlush = 32 << 10;
    public static readonly TimeSpan HeartbeatCheck = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    // The database file.
    public const int ReaderConnections = 16;
    public const int WalCheckpointPages = 2000; // of 4 KiB
    public const long WalBytesKept = 16 << 20;
    public const long WalBytesUntilWait = 32 << 20; // then the writer waits for readers, to start the WAL anew
    public const long WalBytesBetweenWaits = 4 << 20;
    public const int WalWaitMilliseconds = 100;
    public const int BusyTimeoutMilliseconds = 5000;
    public const int WriterCacheKibibytes = 64 << 10;
    public const int ReaderCacheKibibytes = 8 << 10;
    public const int FaultsReported = 20;
    public const long FileBytesCheckedAtStart = 64 << 20; // a larger one only after a failure

    // Tokens: how large one may be, how many verified ones are remembered, how soon a revocation is seen.
    public const int TokenBytes = 8192;
    public const int VerifiedTokens = 10_000;
    public static readonly TimeSpan TokenCheckInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxTokenLifetime = TimeSpan.FromDays(3650);

    // Tokens of an external issuer: how far its clock may be off, how long its word is taken, how often its keys are read,
    // how long it may take to answer.
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ExternalTokenTrust = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan IssuerKeysRefresh = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(10);

    // The connections, all of them HTTP/2. Headers have room for a token, requests for the largest order.
    public const int Connections = 10_000;
    public const int StreamsPerConnection = 1000;
    public const int Headers = 64;
    public const int HeaderBytes = 16 << 10;
    public const int HeaderFieldBytes = 12 << 10;
    public const int MessageBytes = 256 << 10;
    public const int RequestBytes = MessageBytes + 5; // a message and its frame; streams of messages have no limit in sum
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan IdleConnection = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    // A caller's calls. What is refused for its rate may be sent again after a while, and at the least after this.
    public const int CallersRemembered = 10_000;
    public const int EntriesPerRequest = DefaultPageSize; // a page counts as a request for each so many
    public const int AnonymousCallsPerAddress = 100; // health, which needs no token
    public static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(10);

    // The security log: lines about refused calls in a second, the rest are counted.
    public const int RefusalsLoggedPerSecond = 20;
    public const int LoggedTextLength = 200;

    // How long a stopping server waits for what runs.
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FailureExit = TimeSpan.FromMilliseconds(500);
}
