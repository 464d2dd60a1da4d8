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
    private readonly Action<Exception?> onReach;
    private int lost; // 1 for yes

    private PostgresDatabase(NpgsqlConnectionStringBuilder settings, Action<Exception?> onReach)
    {
        this.onReach = onReach;
        Name = PostgresSettings.NameOf(settings);
        hosts = SourceOf(settings, prepare: true);
        Primary = hosts.WithTargetSession(TargetSessionAttributes.ReadWrite);
    }

    /// <summary>Where it is, for people.</summary>
    public string Name { get; }

    /// <summary>Connections to the primary.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>Whether the primary can be reached, as far as was found out last.</summary>
    public bool IsReachable => Volatile.Read(ref lost) == 0;

    /// <summary>Opens the database, and makes its schema or brings it up to date.</summary>
    /// <param name="store">An Npgsql connection string, of one host or several.</param>
    /// <param name="passwordFile">The file with the password; empty for none.</param>
    /// <param name="onReach">Called when the primary cannot be reached any more, with why, and with nothing when it can again.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <param name="half">Whether it may be half a copy.</param>
    /// <exception cref="StartException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string store, string passwordFile, Action<Exception?> onReach, CancellationToken cancellation, bool half = false)
    {
        var settings = PostgresSettings.Read(store, passwordFile);
        await using (var plain = SourceOf(settings, prepare: false))
        await using (var connection = await StartConnection.OpenAsync(plain, settings, cancellation))
        {
            try
            {
                await Schema.PrepareAsync(connection, PostgresSettings.NameOf(settings), Schema.Scripts, half);
            }
            catch (NpgsqlException e)
            {
                throw new StartException($"{PostgresSettings.NameOf(settings)} cannot be used: {e.Message}", e);
            }
        }

        return new PostgresDatabase(settings, onReach);
    }

    /// <summary>
    /// A connection to the primary. Whoever gives up waiting for it leaves it to itself: the commit with
    /// which it begins is not cancelled, and it goes back to the others when that has ended.
    /// </summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var opening = Primary.OpenConnectionAsync(CancellationToken.None);
        if (opening.IsCompletedSuccessfully)
        {
            return opening.Result;
        }

        var task = opening.AsTask();
        try
        {
            return await task.WaitAsync(PostgresLimits.OpenPatience, cancellation);
        }
        catch (Exception) when (!task.IsCompleted)
        {
            _ = task.ContinueWith(async opened => await opened.Result.DisposeAsync(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Remembers that the primary was reached.</summary>
    public void Reached()
    {
        if (Volatile.Read(ref lost) != 0 && Interlocked.Exchange(ref lost, 0) == 1)
        {
            onReach(null);
        }
    }

    /// <summary>Ends the connections that are kept: they may be to one that was the primary, and would be used again.</summary>
    public void Forget() => hosts.Clear();

    /// <summary>Remembers that the primary was not reached, looks for it anew, and waits a moment before that.</summary>
    public async Task LostAsync(Exception why, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref lost, 1) == 0)
        {
            onReach(why);
        }

        hosts.ClearDatabaseStates();
        if (why is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction })
        {
            Forget();
        }

        using var pause = new PeriodicTimer(PostgresLimits.RetryPause);
        await pause.WaitForNextTickAsync(cancellation);
    }

    public async ValueTask DisposeAsync() => await hosts.DisposeAsync();

    internal static NpgsqlMultiHostDataSource SourceOf(NpgsqlConnectionStringBuilder settings, bool prepare)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableArrays().EnableTransportSecurity();
        if (prepare)
        {
            builder.UsePhysicalConnectionInitializer(
                _ => throw new NotSupportedException("connections are opened asynchronously"),
                Confirmation.PrepareAsync);
        }

        return builder.BuildMultiHost();
    }
}
