using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>A connection of its own to the primary, for a command that goes through a whole database.</summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    // Slices are read along their index, whatever the planner knows of tables that were filled a moment ago.
    private const string Setup = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

    private readonly NpgsqlMultiHostDataSource hosts;

    private PostgresSession(NpgsqlMultiHostDataSource hosts, NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings) =>
        (this.hosts, Connection, Name, Servers) = (hosts, connection, PostgresSettings.NameOf(settings), PostgresSettings.ServersOn(settings));

    public NpgsqlConnection Connection { get; }

    public string Name { get; }

    /// <summary>How the connections of servers on it are named.</summary>
    public string Servers { get; }

    /// <summary>Opens it, and does what is to be done about the schema.</summary>
    /// <exception cref="StartException">The database cannot be used; the message says why and what to do.</exception>
    public static async Task<PostgresSession> OpenAsync(string store, string passwordFile, Func<NpgsqlConnection, string, Task> schema)
    {
        var settings = PostgresSettings.Read(store, passwordFile);
        settings.CommandTimeout = 0;
        var name = PostgresSettings.NameOf(settings);
        var hosts = PostgresDatabase.SourceOf(settings, prepare: false);
        try
        {
            var connection = await StartConnection.OpenAsync(hosts, settings, CancellationToken.None);
            await schema(connection, name);
            await using var setup = new NpgsqlCommand(Setup, connection);
            await setup.ExecuteNonQueryAsync();
            return new PostgresSession(hosts, connection, settings);
        }
        catch (Exception e)
        {
            await hosts.DisposeAsync();
            throw e is NpgsqlException ? new StartException($"{name} cannot be used: {e.Message}.", e) : e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await hosts.DisposeAsync();
    }
}
