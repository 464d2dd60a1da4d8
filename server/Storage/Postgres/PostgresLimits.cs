namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>The limits of the store on PostgreSQL.</summary>
public static class PostgresLimits
{
    public const int ReaderConnections = 8; // of one server; beside them one writes and one waits for rows
    public const int StatementsPrepared = 64; // on each connection
    public const int ConnectSeconds = 3; // to one host, unless the connection string says otherwise
    public const int HostRecheckSeconds = 1; // after which a host that was no primary is asked again
    public const int KeepAliveSeconds = 5; // of silence, after which the other end is asked whether it is there
    public const int KeepAliveIntervalSeconds = 1;
    public const int Connections = ReaderConnections + 8; // to one host: also those that were given up, until they end
    public const int SchemaAttempts = 10; // at making it, while other servers do the same
    public const int NamesReported = 3; // of tables that are not ours
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5); // for a primary, at start
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200); // between two attempts to reach the primary
    public static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(10); // for a connection and its confirmation; then another is tried
    public static readonly TimeSpan BeginPatience = TimeSpan.FromSeconds(10); // for the head, while others hold it
    public static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(10); // then the connection is left to itself, and the log is looked into
    public static readonly TimeSpan FindOutPatience = TimeSpan.FromSeconds(60); // for what became of a commit
    public static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(30); // for a primary, of a read
    public static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(30); // for a primary, of the commands that wait
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1); // for rows of other servers, behind the notifications
}
