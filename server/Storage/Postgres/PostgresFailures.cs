using System.Net.Sockets;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>Which of the four kinds a failure is, of a statement that has committed nothing.</summary>
public static class PostgresFailures
{
    /// <summary>Its kind; null for what is no failure of the store but a fault of the program.</summary>
    public static StoreFailure? Of(Exception e) => e switch
    {
        PostgresException told => Of(told),
        NpgsqlException or SocketException or IOException or TimeoutException => StoreFailure.TryAgain,
        _ => null,
    };

    /// <summary>Whether the database has taken the statement back, and said so: nothing of it is or will be there.</summary>
    public static bool IsRefusal(Exception e) => e is PostgresException { InvariantSeverity: "ERROR" };

    // By the classes of PostgreSQL's appendix A.
    private static StoreFailure? Of(PostgresException told) => (told.SqlState, told.SqlState[..2]) switch
    {
        (PostgresErrorCodes.DiskFull, _) => StoreFailure.Full,
        (_, "08" or "25" or "26" or "28" or "3D" or "40" or "53" or "55" or "57" or "58") => StoreFailure.TryAgain, // connections, read-only, sessions, access, deadlocks, resources, locks, shutdown, the system
        (_, "23" or "3F" or "42" or "XX") => StoreFailure.Broken, // rules of the schema, what the schema lacks, damage
        _ => null,
    };
}
