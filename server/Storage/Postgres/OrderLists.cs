using System.Globalization;
using Npgsql;
using OrderGrpc.Server.Orders;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// The orders of a party by id. The index of a party has them by state and then by id; so they are
/// merged from one run of the index for each state, each read only as far as the merge gets, which is
/// what PostgreSQL makes of sorted parts under a limit. What else a query asks is looked at row by row,
/// up to a bound, and only orders that match are read from the log, up to the bytes of a slice.
/// </summary>
internal static class OrderLists
{
    // A limit is written out, one of a few: a plan for any number would be one for a tenth of all rows.
    private static readonly int[] Limits = [64, 256, 512, StoreLimits.RowsLookedAtPerSlice + 1];

    /// <summary>A slice of a query.</summary>
    public static async Task<OrderSlice> ReadAsync(NpgsqlConnection connection, OrderQuery query, CancellationToken cancellation)
    {
        const int most = StoreLimits.RowsLookedAtPerSlice;
        var sql = new Text();
        var (run, matches) = (Runs(sql, query), Matches(sql, query));
        var look = matches == "true" ? Limits.First(limit => limit > Math.Min(query.Limit, most)) : most + 1;
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            WITH looked AS MATERIALIZED (SELECT * FROM ({run(look)}) AS run ORDER BY id {Direction(query)} LIMIT {look}),
            numbered AS MATERIALIZED (
                SELECT id, position, n, matches, count(*) FILTER (WHERE matches) OVER (ORDER BY n) AS nth
                FROM (SELECT id, position, row_number() OVER (ORDER BY id {Direction(query)}) AS n, {matches} AS matches FROM looked) AS rows),
            read AS (
                SELECT n, id, past.order_after, sum(octet_length(past.order_after)) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM (SELECT n, id, position FROM numbered WHERE matches AND nth <= {sql.Add(query.Limit)} AND n <= {most}) AS wanted
                CROSS JOIN LATERAL (SELECT order_after FROM log WHERE log.position = wanted.position LIMIT 1) AS past)
            SELECT n, id, order_after FROM read WHERE coalesce(before, 0) < {StoreLimits.BytesPerRead}
            UNION ALL SELECT n, id, NULL FROM numbered WHERE n = {most} OR n = (SELECT max(n) FROM numbered)
            ORDER BY 1, 3 NULLS LAST
            """,
            [.. sql.Values]);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await SliceAsync(row, query, cancellation);
    }

    /// <summary>The ids of a party's orders in some states after an id, ascending.</summary>
    public static string Ids(Text sql, Caller party, IReadOnlyCollection<State> states, long afterId, int limit)
    {
        var query = new OrderQuery(party, states, limit) { OldestFirst = true, AfterId = afterId };
        return $"SELECT id FROM ({Runs(sql, query)(limit)}) AS run ORDER BY id LIMIT {limit}";
    }

    // Rows with an order match; those without say how far was looked, and whether there is more.
    private static async Task<OrderSlice> SliceAsync(NpgsqlDataReader row, OrderQuery query, CancellationToken cancellation)
    {
        var (orders, looked, bytes, last, stopped) = (new List<byte[]>(), 0L, 0L, 0L, false);
        while (await row.ReadAsync(cancellation))
        {
            var n = row.GetInt64(0);
            if (stopped && n > looked)
            {
                return new OrderSlice(orders, last, IsEnd: false, new ReadWork((int)looked, bytes));
            }

            if (!await row.IsDBNullAsync(2, cancellation))
            {
                var order = row.Bytes(2);
                orders.Add(order);
                bytes += order.Length;
                stopped = orders.Count == query.Limit || bytes >= StoreLimits.BytesPerRead;
            }

            if (n > StoreLimits.RowsLookedAtPerSlice)
            {
                return new OrderSlice(orders, last, IsEnd: false, new ReadWork((int)looked, bytes));
            }

            (looked, last) = (n, row.GetInt64(1));
        }

        return new OrderSlice(orders, last, IsEnd: true, new ReadWork((int)looked, bytes));
    }

    // The runs of the index, given how far each is to be read at most.
    private static Func<int, string> Runs(Text sql, OrderQuery query)
    {
        var party = $"{OrderReads.Party(query.Party)} = {sql.Add(query.Party.Name)}";
        var after = $"id {(query.OldestFirst ? '>' : '<')} {sql.Add(query.AfterId ?? (query.OldestFirst ? 0 : long.MaxValue))}";
        List<string> which = query.ClientReference.Length > 0
            ? [$"client_reference = {sql.Add(query.ClientReference)} AND client_reference <> ''"]
            : [.. (query.States.Count == 0 ? OrderProcess.Turns.Keys : query.States.Distinct()).Select(state => $"state = {sql.Add((int)state)}")];
        return limit => string.Join(" UNION ALL ", which.Select(one => $"(SELECT * FROM orders WHERE {party} AND {one} AND {after} ORDER BY id {Direction(query)} LIMIT {limit})"));
    }

    private static string Matches(Text sql, OrderQuery query)
    {
        var all = new List<string>();
        Require(query.Client.Length > 0 ? query.Client : null, "client =");
        Require(query.ClientReference.Length > 0 && query.States.Count > 0 ? query.States.Select(state => (int)state).ToArray() : null, "state = ANY", ("(", ")"));
        Require(StoredTime.MicrosFrom(query.Placed.From), "place_time >=");
        Require(StoredTime.MicrosFrom(query.Placed.Before), "place_time <");
        Require(StoredTime.MicrosFrom(query.Updated.From), "update_time >=");
        Require(StoredTime.MicrosFrom(query.Updated.Before), "update_time <");
        return all.Count == 0 ? "true" : string.Join(" AND ", all);

        void Require(object? value, string rule, (string Open, string Close) around = default)
        {
            if (value is not null)
            {
                all.Add($"{rule} {around.Open}{sql.Add(value)}{around.Close}");
            }
        }
    }

    private static string Direction(OrderQuery query) => query.OldestFirst ? "ASC" : "DESC";

    /// <summary>The values of a statement that is put together; each is named by its place.</summary>
    public sealed class Text
    {
        public List<object> Values { get; } = [];

        public string Add(object value)
        {
            Values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${Values.Count}");
        }
    }
}
