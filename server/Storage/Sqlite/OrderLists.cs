using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The statements of ListOrders on one connection. The index of a party has its orders by state and
/// then by id, so a page is merged from one short run of the index for each state: its cost is that
/// of a page, however many orders there are.
/// </summary>
public sealed class OrderLists(SqliteConnection connection)
{
    private const string Filters =
        """
        AND ($client IS NULL OR client = $client)
        AND ($placed_from IS NULL OR place_time >= $placed_from) AND ($placed_before IS NULL OR place_time < $placed_before)
        AND ($updated_from IS NULL OR update_time >= $updated_from) AND ($updated_before IS NULL OR update_time < $updated_before)
        """;

    private static readonly string[] Parameters =
        ["$party", "$after", "$limit", "$client", "$reference", "$placed_from", "$placed_before", "$updated_from", "$updated_before"];

    private readonly Dictionary<string, SqliteCommand> prepared = [];

    /// <summary>The orders of a query.</summary>
    public List<Order> Read(OrderQuery query)
    {
        var sql = Sql(query);
        if (!prepared.TryGetValue(sql, out var statement))
        {
            if (prepared.Count >= Limits.PreparedLists)
            {
                foreach (var other in prepared.Values)
                {
                    other.Dispose();
                }

                prepared.Clear();
            }

            prepared[sql] = statement = connection.Prepare(sql, Parameters);
        }

        var orders = new List<Order>();
        using var row = statement.With(
            query.Party.Name,
            query.AfterId ?? (query.OldestFirst ? 0 : long.MaxValue),
            query.Limit,
            query.Client.Length == 0 ? null : query.Client,
            query.ClientReference.Length == 0 ? null : query.ClientReference,
            Micros(query.Placed.From), Micros(query.Placed.Before), Micros(query.Updated.From), Micros(query.Updated.Before)).ExecuteReader();
        while (row.Read())
        {
            orders.Add(Order.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)));
        }

        return orders;
    }

    // The text has no value of a caller in it, only the numbers of states.
    private static string Sql(OrderQuery query)
    {
        var party = query.Party.Role == Role.Client ? "client" : "supplier";
        var (after, direction) = query.OldestFirst ? (">", "ASC") : ("<", "DESC");
        var states = (query.States.Count == 0 ? OrderProcess.Turns.Keys : query.States).Select(state => (int)state).Distinct().Order();
        var tail = $"AND id {after} $after {Filters} ORDER BY id {direction} LIMIT $limit";
        var runs = query.ClientReference.Length > 0
            ? $"SELECT id, position FROM orders WHERE client_reference = $reference AND client_reference <> '' AND {party} = $party AND state IN ({string.Join(",", states)}) {tail}"
            : string.Join(" UNION ALL ", states.Select(state =>
                $"SELECT * FROM (SELECT id, position FROM orders WHERE {party} = $party AND state = {state} AND $reference IS NULL {tail})"));
        return $"SELECT log.order_after FROM (SELECT id, position FROM ({runs}) ORDER BY id {direction} LIMIT $limit) AS page JOIN log ON log.position = page.position ORDER BY page.id {direction}";
    }

    // Rounded up: the columns hold whole microseconds, and one before the bound is before it.
    private static long? Micros(DateTimeOffset? time) => time is { } t
        ? SqliteBatch.Micros(t) + (t.UtcTicks > DateTimeOffset.UnixEpoch.Ticks && t.UtcTicks % TimeSpan.TicksPerMicrosecond > 0 ? 1 : 0)
        : null;
}
