using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>A row of the orders table: where the order is in the log, its state, and whether it is as the query wants it.</summary>
public readonly record struct OrderRow(long Id, long Position, State State, bool Matches);

/// <summary>
/// The orders of a party by id, on one connection. The index of a party has them by state and then by
/// id, so they are merged from one run of the index for each state, each read only as far as the merge
/// gets. What else a query asks is looked at row by row and told with the row: so whoever reads knows
/// how much was looked at, and can stop where nothing matches.
/// </summary>
public sealed class PartyRuns(PreparedConnection connection)
{
    // In a CASE, as SQLite goes no further in a condition than it must; in a value it looks at every term.
    private const string Matches =
        """
        ($client IS NULL OR client = $client)
        AND ($placed_from IS NULL OR place_time >= $placed_from) AND ($placed_before IS NULL OR place_time < $placed_before)
        AND ($updated_from IS NULL OR update_time >= $updated_from) AND ($updated_before IS NULL OR update_time < $updated_before)
        """;

    private static readonly string[] Parameters =
        ["$which", "$party", "$after", "$client", "$placed_from", "$placed_before", "$updated_from", "$updated_before"];

    private readonly Dictionary<(Role Party, bool OldestFirst, State? State), PreparedStatement> prepared = [];

    /// <summary>The rows of a query, by id in its direction; its limit is the reader's business.</summary>
    public IEnumerable<OrderRow> Read(OrderQuery query)
    {
        if (query.ClientReference.Length > 0)
        {
            var states = query.States.ToHashSet();
            return Run(query, query.ClientReference, null).Select(row => row with { Matches = row.Matches && (states.Count == 0 || states.Contains(row.State)) });
        }

        var runs = (query.States.Count == 0 ? OrderProcess.Turns.Keys : query.States.Distinct()).Select(state => Run(query, (int)state, state));
        return Merge(runs, query.OldestFirst);
    }

    private static IEnumerable<OrderRow> Merge(IEnumerable<IEnumerable<OrderRow>> runs, bool ascending)
    {
        var open = new List<IEnumerator<OrderRow>>();
        try
        {
            var next = new PriorityQueue<IEnumerator<OrderRow>, long>();
            foreach (var run in runs)
            {
                var rows = run.GetEnumerator();
                open.Add(rows);
                Advance(rows);
            }

            while (next.TryDequeue(out var rows, out _))
            {
                yield return rows.Current;
                Advance(rows);
            }

            void Advance(IEnumerator<OrderRow> rows)
            {
                if (rows.MoveNext())
                {
                    next.Enqueue(rows, ascending ? rows.Current.Id : -rows.Current.Id);
                }
            }
        }
        finally
        {
            open.ForEach(rows => rows.Dispose());
        }
    }

    // One run of an index: of a state, or of a reference.
    private IEnumerable<OrderRow> Run(OrderQuery query, SqlValue which, State? state)
    {
        var key = (query.Party.Role, query.OldestFirst, state);
        if (!prepared.TryGetValue(key, out var statement))
        {
            prepared[key] = statement = connection.Prepare(Sql(byReference: state is null, query), Parameters);
        }

        using var row = statement.With(
            which,
            query.Party.Name,
            query.AfterId ?? (query.OldestFirst ? 0 : long.MaxValue),
            query.Client.Length == 0 ? null : query.Client,
            StoredTime.MicrosFrom(query.Placed.From), StoredTime.MicrosFrom(query.Placed.Before), StoredTime.MicrosFrom(query.Updated.From), StoredTime.MicrosFrom(query.Updated.Before)).Rows();
        while (row.Read())
        {
            yield return new OrderRow(row.Number(0), row.Number(1), (State)row.Number(2), row.Number(3) != 0);
        }
    }

    private static string Sql(bool byReference, OrderQuery query)
    {
        var party = query.Party.Role == Role.Client ? "client" : "supplier";
        var (after, direction) = query.OldestFirst ? (">", "ASC") : ("<", "DESC");
        var which = byReference ? "client_reference = $which AND client_reference <> ''" : "state = $which";
        return $"SELECT id, position, state, CASE WHEN {Matches} THEN 1 ELSE 0 END FROM orders WHERE {party} = $party AND {which} AND id {after} $after ORDER BY id {direction}";
    }
}
