using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// A commit that is durable wherever commits have to be, and with it all that was committed before it.
/// Without a timeout and without a token: a wait for a standby that is cancelled is told as a success.
/// </summary>
public static class Confirmation
{
    private const string Commit = "UPDATE head SET confirmed = confirmed + 1";

    // Whatever is asked here has its index, in the order that is asked for. A plan is kept for long: one
    // that was made while a table was small must not read, sort or join all of it later.
    private const string Session =
        """
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
        SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;

        """;

    /// <summary>Makes a new connection ready: commits, and returns once that is durable.</summary>
    /// <exception cref="NpgsqlException">It is not, as far as is known.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection)
    {
        using var waited = new CommitNotices(connection);
        await using var command = new NpgsqlCommand(Session + Commit, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        waited.ThrowIfCancelled();
    }

    /// <summary>The event at a position, once it is known to be durable; null where there is none.</summary>
    /// <exception cref="NpgsqlException">It is not known to be.</exception>
    public static async Task<byte[]?> ReadEventAsync(NpgsqlConnection connection, long position)
    {
        using var waited = new CommitNotices(connection);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };

        // The head first: whoever is writing at that position holds it until that is decided.
        batch.Add("BEGIN");
        batch.Add(Commit);
        batch.Add("SELECT event FROM log WHERE position = $1", position);
        batch.Add("COMMIT");
        byte[]? found = null;
        await using (var row = await batch.ExecuteReaderAsync(CancellationToken.None))
        {
            if (await row.ReadAsync(CancellationToken.None))
            {
                found = row.GetFieldValue<byte[]>(0);
            }

            while (await row.NextResultAsync(CancellationToken.None))
            {
            }
        }

        waited.ThrowIfCancelled();
        return found;
    }
}
