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
    public const int SchemaAttempts = 10; // at making it, while other servers do the same
    public const int NamesReported = 3; // of tables that are not ours
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5); // for a primary, at start
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200); // between two attempts to reach the primary
}
