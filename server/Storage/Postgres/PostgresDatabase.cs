using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// The database that several servers share: its primary, wherever that is at the moment, and the
/// schema. Whatever is opened here is a connection to the primary that has proven it: before its first
/// use it has committed once, as durably as every commit, so all that it reads is durable too. A
/// primary that was restarted or has just become it may show what no standby has.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly NpgsqlMultiHostDataSource hosts;

    private PostgresDatabase(NpgsqlConnectionStringBuilder settings)
    {
        Name = PostgresSettings.NameOf(settings);
        hosts = SourceOf(settings, confirm: true);
        Primary = hosts.WithTargetSession(TargetSessionAttributes.ReadWrite);
    }

    /// <summary>Where it is, for people.</summary>
    public string Name { get; }

    /// <summary>Connections to the primary.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>Opens the database, and makes its schema or brings it up to date.</summary>
    /// <param name="store">An Npgsql connection string, of one host or several.</param>
    /// <param name="passwordFile">The file with the password; empty for none.</param>
    /// <exception cref="StartException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string store, string passwordFile, CancellationToken cancellation)
    {
        var settings = PostgresSettings.Read(store, passwordFile);
        await using (var plain = SourceOf(settings, confirm: false))
        await using (var connection = await StartConnection.OpenAsync(plain, PostgresSettings.NameOf(settings), cancellation))
        {
            await Schema.PrepareAsync(connection, PostgresSettings.NameOf(settings), Schema.Scripts);
        }

        return new PostgresDatabase(settings);
    }

    /// <summary>Forgets which host is the primary: it turned out to be none.</summary>
    public void ForgetPrimary() => hosts.ClearDatabaseStates();

    public async ValueTask DisposeAsync() => await hosts.DisposeAsync();

    private static NpgsqlMultiHostDataSource SourceOf(NpgsqlConnectionStringBuilder settings, bool confirm)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableArrays().EnableTransportSecurity();
        if (confirm)
        {
            builder.UsePhysicalConnectionInitializer(
                _ => throw new NotSupportedException("connections are opened asynchronously"),
                Confirmation.CommitAsync);
        }

        return builder.BuildMultiHost();
    }
}
