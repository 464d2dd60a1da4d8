using System.Text.Json;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The statements of ListOrders on one connection. The index of a party has its orders by state and
/// then by id, so a page is merged from one short run of the index for each state: its cost is that
/// of a page, however many orders there are. One statement that unites the runs would sort each of
/// them anew, at ten times the cost.
/// </summary>
public sealed class OrderLists(PreparedConnection connection)
{
    private const string Filters =
        """
        AND ($states IS NULL OR state IN (SELECT value FROM json_each($states)))
        AND ($client IS NULL OR client = $client)
        AND ($placed_from IS NULL OR place_time >= $placed_from) AND ($placed_before IS NULL OR place_time < $placed_before)
        AND ($updated_from IS NULL OR update_time >= $updated_from) AND ($updated_before IS NULL OR update_time < $updated_before)
        """;

    private static readonly string[] Parameters =
        ["$which", "$states", "$party", "$after", "$limit", "$client", "$placed_from", "$placed_before", "$updated_from", "$updated_before"];

    private readonly Dictionary<(bool ByReference, Role Party, bool OldestFirst), PreparedStatement> prepared = [];
    private readonly PreparedStatement orderAt = connection.Prepare("SELECT order_after FROM log WHERE position = $position", "$position");

    /// <summary>The orders of a query; within a transaction, as it takes several statements.</summary>
    public List<Order> Read(OrderQuery query)
    {
        var states = query.States.Count == 0 ? OrderProcess.Turns.Keys : query.States.Distinct();
        var found = query.ClientReference.Length > 0
            ? Run(query, byReference: true, query.ClientReference, JsonSerializer.Serialize(states.Select(state => (int)state)))
            : states.SelectMany(state => Run(query, byReference: false, (int)state, states: null));
        var page = (query.OldestFirst ? found.OrderBy(row => row.Id) : found.OrderByDescending(row => row.Id)).Take(query.Limit);
        return [.. page.Select(row => Order.Parser.ParseFrom(orderAt.With(row.Position).Bytes()!))];
    }

    // One run of an index, up to the limit: of a state, or of a reference.
    private List<(long Id, long Position)> Run(OrderQuery query, bool byReference, SqlValue which, string? states)
    {
        var key = (byReference, query.Party.Role, query.OldestFirst);
        if (!prepared.TryGetValue(key, out var statement))
        {
            prepared[key] = statement = connection.Prepare(Sql(byReference, query), Parameters);
        }

        var found = new List<(long, long)>();
        using var row = statement.With(
            which,
            states,
            query.Party.Name,
            query.AfterId ?? (query.OldestFirst ? 0 : long.MaxValue),
            query.Limit,
            query.Client.Length == 0 ? null : query.Client,
            Micros(query.Placed.From), Micros(query.Placed.Before), Micros(query.Updated.From), Micros(query.Updated.Before)).Rows();
        while (row.Read())
        {
            found.Add((row.Number(0), row.Number(1)));
        }

        return found;
    }

    private static string Sql(bool byReference, OrderQuery query)
    {
        var party = query.Party.Role == Role.Client ? "client" : "supplier";
        var (after, direction) = query.OldestFirst ? (">", "ASC") : ("<", "DESC");
        var which = byReference ? "client_reference = $which AND client_reference <> ''" : "state = $which";
        return $"SELECT id, position FROM orders WHERE {which} AND {party} = $party AND id {after} $after {Filters} ORDER BY id {direction} LIMIT $limit";
    }

    // Rounded up: the columns hold whole microseconds, and one before the bound is before it.
    private static long? Micros(DateTimeOffset? time) => time is { } t
        ? SqliteBatch.Micros(t) + (t.UtcTicks > DateTimeOffset.UnixEpoch.Ticks && t.UtcTicks % TimeSpan.TicksPerMicrosecond > 0 ? 1 : 0)
        : null;
}
