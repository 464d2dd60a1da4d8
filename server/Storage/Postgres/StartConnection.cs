using System.Net.Sockets;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>The first connection of a server: where it cannot be had, the operator is told why, within seconds.</summary>
public static class StartConnection
{
    private const string HowToGiveIt = $"Its password is given by --store-password-file FILE (of a copy --from-password-file, --to-password-file), {ServerOptions.StorePasswordVariable} or PGPASSWORD.";

    /// <summary>A connection to the primary; waits a moment for one, since the database may be starting or failing over.</summary>
    /// <exception cref="StartException">There is none that can be used; the message says why and what to do.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlMultiHostDataSource hosts, NpgsqlConnectionStringBuilder settings, CancellationToken cancellation)
    {
        var name = PostgresSettings.NameOf(settings);
        using var patience = new CancellationTokenSource(PostgresLimits.StartPatience);
        using var pause = new PeriodicTimer(PostgresLimits.RetryPause);
        while (true)
        {
            try
            {
                var connection = await hosts.OpenConnectionAsync(TargetSessionAttributes.ReadWrite, cancellation);
                await CheckAsync(connection, name);
                await Primaries.RefuseSeveralAsync(settings, cancellation);
                return connection;
            }
            catch (NpgsqlException e) when (Told(e) is { } told && !IsTemporary(told))
            {
                throw Explain(told, name);
            }
            catch (NpgsqlException e) when (IsWithoutPassword(e))
            {
                throw new StartException($"{name} asks for a password, and there is none. {HowToGiveIt}", e);
            }
            catch (NpgsqlException e) when (patience.IsCancellationRequested)
            {
                throw Told(e) is { } told ? Explain(told, name) : await ExplainAsync(e, hosts, name, cancellation);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                hosts.ClearDatabaseStates();
                await pause.WaitForNextTickAsync(cancellation);
            }
        }
    }

    private static async Task CheckAsync(NpgsqlConnection connection, string name)
    {
        await using var command = new NpgsqlCommand("SELECT current_setting('server_encoding'), current_schema(), current_setting('fsync'), current_setting('synchronous_commit')", connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        Require(row.GetString(0) == "UTF8", $"{name} is encoded in {row.GetString(0)}, and orders may have any character. Create the database with ENCODING 'UTF8'.");
        Require(!await row.IsDBNullAsync(1), $"{name}: there is no schema for its tables. Create the one that Search Path names.");
        Require(row.GetString(2) == "on" && row.GetString(3) != "off",
            $"{name} acknowledges what is not on disk (fsync = {row.GetString(2)}, synchronous_commit = {row.GetString(3)}): an answer would mean nothing. Set both to on.");
    }

    // What the database itself said, of whichever host.
    private static PostgresException? Told(Exception e) => e switch
    {
        PostgresException told => told,
        AggregateException { InnerExceptions: var all } => all.Select(Told).FirstOrDefault(told => told is not null),
        { InnerException: { } inner } => Told(inner),
        _ => null,
    };

    // Npgsql gives up before it says anything to the database, and tells by its text alone.
    private static bool IsWithoutPassword(Exception e) => e switch
    {
        NpgsqlException { Message: var text } when text.StartsWith("No password has been provided", StringComparison.Ordinal) => true,
        AggregateException { InnerExceptions: var all } => all.Any(IsWithoutPassword),
        { InnerException: { } inner } => IsWithoutPassword(inner),
        _ => false,
    };

    private static bool IsTemporary(PostgresException told) => told.SqlState
        is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TooManyConnections;

    private static StartException Explain(PostgresException told, string name) => new(told.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"{name} does not let us in: {told.MessageText}. Give the right Username in --store. {HowToGiveIt}",
        PostgresErrorCodes.InvalidCatalogName => $"{name}: {told.MessageText}. Create the database, or name another in --store.",
        PostgresErrorCodes.InsufficientPrivilege => $"{name}: {told.MessageText}. Grant the user of --store the right to it.",
        PostgresErrorCodes.TooManyConnections => $"{name} has no connection left: {told.MessageText}. Raise its max_connections, or end others.",
        _ => $"{name} cannot be used: {told.MessageText} ({told.SqlState}).",
    }, told);

    // No primary was found: whether nobody answers, or only such as do not take writes.
    private static async Task<StartException> ExplainAsync(NpgsqlException e, NpgsqlMultiHostDataSource hosts, string name, CancellationToken cancellation)
    {
        try
        {
            hosts.ClearDatabaseStates();
            await using var any = await hosts.OpenConnectionAsync(TargetSessionAttributes.Any, cancellation);
            await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", any);
            var isStandby = (bool)(await command.ExecuteScalarAsync(cancellation))!;
            return new StartException(isStandby
                ? $"{name} is a standby, and there is no primary among its hosts. Name all hosts in --store, or promote one."
                : $"{name} is read-only (default_transaction_read_only). Make it writable, or name another in --store.", e);
        }
        catch (NpgsqlException)
        {
            return new StartException($"{name} cannot be reached: {Deepest(e).Message}. Start the database, or name where it is in --store.", e);
        }
    }

    private static Exception Deepest(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Deepest(first),
        { InnerException: { } inner } => Deepest(inner),
        _ => e,
    };

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new StartException(message);
        }
    }
}
