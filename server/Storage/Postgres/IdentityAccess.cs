using System.Data;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// How keys and tokens in the database are reached. A read ends within its time, whatever the database
/// does, and one runs at a time: calls wait for it. A change waits until it is durable wherever commits
/// have to be: a wait that is cancelled would be told as a success.
/// </summary>
#pragma warning disable CA1001 // No wait handle is asked of its gate, so it needs no disposing.
public sealed class IdentityAccess(PostgresDatabase database)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Where it is, for people.</summary>
    public string Name => database.Name;

    /// <summary>Reads.</summary>
    /// <exception cref="StartException">The database does not answer, or not with what it should.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, TimeSpan? time = null)
    {
        try
        {
            return await OneAtATimeAsync(read, time ?? IdentityLimits.Read);
        }
        catch (Exception e) when (IsOurs(e))
        {
            await ForgetAsync(e);
            throw new StartException($"Keys and tokens in {Name} cannot be read: {(e is NpgsqlException ? e.Message : "it does not answer.")}", e);
        }
    }

    /// <summary>Changes, in a transaction.</summary>
    /// <exception cref="StartException">It failed; whether it was done is to be looked at.</exception>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write)
    {
        try
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            using var waited = new CommitNotices(connection);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
            var done = await write(connection);
            await transaction.CommitAsync();
            waited.ThrowIfCancelled();
            database.Reached();
            return done;
        }
        catch (Exception e) when (IsOurs(e))
        {
            await ForgetAsync(e);
            throw new StartException($"Keys and tokens in {Name} cannot be changed: {e.Message} See what `server token list` shows, then try again.", e);
        }
    }

    private async Task<T> OneAtATimeAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time);
        await gate.WaitAsync(patience.Token);
        try
        {
            await using var connection = await database.OpenAsync(patience.Token);
            var found = await read(connection, patience.Token);
            database.Reached();
            return found;
        }
        finally
        {
            gate.Release();
        }
    }

    // The primary may be another by now.
    private async Task ForgetAsync(Exception e)
    {
        if (PostgresFailures.Of(e) == StoreFailure.TryAgain)
        {
            await database.LostAsync(e, CancellationToken.None);
        }
    }

    private static bool IsOurs(Exception e) => e is OperationCanceledException or NpgsqlException || PostgresFailures.Of(e) is not null;
}
