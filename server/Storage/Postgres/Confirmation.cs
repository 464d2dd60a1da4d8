using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// A commit that is durable wherever commits have to be, and with it all that was committed before it.
/// Without a timeout and without a token: a wait for a standby that is cancelled is told as a success.
/// </summary>
public static class Confirmation
{
    private const string Sql = "UPDATE head SET confirmed = confirmed + 1";

    /// <summary>Commits, and returns once that is durable.</summary>
    /// <exception cref="NpgsqlException">It is not, as far as is known.</exception>
    public static async Task CommitAsync(NpgsqlConnection connection)
    {
        using var waited = new CommitNotices(connection);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        waited.ThrowIfCancelled();
    }
}
