namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// Where the revisions of one order are in the log, on one connection. An order counts them 1, 2, 3…
/// and positions rise with them, so the index by order and revision, which has the position at its
/// end, answers each of these with a few looks and without a row of the log.
/// </summary>
public sealed class OrderRevisions(PreparedConnection connection)
{
    private readonly PreparedStatement positionOf = connection.Prepare("SELECT position FROM log WHERE order_id = $id AND revision = $revision", "$id", "$revision");
    private readonly PreparedStatement latest = connection.Prepare("SELECT revision, position FROM log WHERE order_id = $id ORDER BY revision DESC LIMIT 1", "$id");
    private readonly PreparedStatement rowAt = connection.Prepare("SELECT position, order_id, client, supplier, event, order_after FROM log WHERE position = $position", "$position");
    private readonly PreparedStatement changedForClient = PrepareChanged(connection, "client");
    private readonly PreparedStatement changedForSupplier = PrepareChanged(connection, "supplier");

    /// <summary>The position of a revision; null where there is none.</summary>
    public long? Position(long orderId, long revision)
    {
        using var row = positionOf.With(orderId, revision).Rows();
        return row.Read() ? row.Number(0) : null;
    }

    /// <summary>The first revision after a position and its own position, or null; found by halving.</summary>
    public (long Revision, long Position)? FirstAfter(long orderId, long position, ref int looked)
    {
        if (Latest(orderId) is not { } last || last.Position <= position)
        {
            looked++;
            return null;
        }

        var (low, high, at) = (1L, last.Revision, last.Position);
        while (low < high)
        {
            var middle = position == 0 ? low : low + ((high - low) / 2);
            looked++;
            if (Position(orderId, middle)!.Value is var there && there > position)
            {
                (high, at) = (middle, there);
            }
            else
            {
                low = middle + 1;
            }
        }

        return (high, at);
    }

    /// <summary>The position of the last revision that is not after a position, or null where the order came later.</summary>
    public long? LastUpTo(long orderId, long position, ref int looked)
    {
        if (Latest(orderId) is not { } last)
        {
            return null;
        }

        return last.Position <= position ? last.Position
            : FirstAfter(orderId, position, ref looked) is { Revision: > 1 and var first } ? Position(orderId, first - 1)
            : null;
    }

    public LogRow RowAt(long position)
    {
        using var row = rowAt.With(position).Rows();
        return row.Read() ? SqliteReader.ReadRow(row) : throw new InvalidOperationException($"the log has no position {position}");
    }

    /// <summary>The orders of a party that have changed after a position, of so many rows of the log at most.</summary>
    public List<long> Changed(Orders.Caller party, long afterPosition, int limit)
    {
        var changed = new List<long>();
        using var row = (party.Role == V1.Role.Client ? changedForClient : changedForSupplier).With(party.Name, afterPosition, limit).Rows();
        while (row.Read())
        {
            changed.Add(row.Number(0));
        }

        return changed;
    }

    private (long Revision, long Position)? Latest(long orderId)
    {
        using var row = latest.With(orderId).Rows();
        return row.Read() ? (row.Number(0), row.Number(1)) : null;
    }

    private static PreparedStatement PrepareChanged(PreparedConnection connection, string party) => connection.Prepare(
        $"SELECT order_id FROM log WHERE {party} = $party AND position > $after ORDER BY position LIMIT $limit", "$party", "$after", "$limit");
}
