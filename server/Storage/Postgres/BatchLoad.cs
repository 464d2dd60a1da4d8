using System.Text;
using Npgsql;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// What a batch begins with: the head, locked until its end, and what its commands have named. One
/// round trip; each statement sees all that was committed before the head was given.
/// </summary>
internal sealed class BatchLoad
{
    private const string Head = "SELECT position, last_order, compatible_since FROM head FOR UPDATE";
    private const string Replaced = "SELECT order_id, replacement FROM replacements WHERE order_id = ANY($1)";
    private const string Recorded =
        """
        SELECT asked.n, log.request_hash, log.position, log.order_after
        FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS asked(caller, request_id, n)
        JOIN log ON log.caller = asked.caller AND log.request_id = asked.request_id
        """;

    public long Position { get; private set; }

    public long LastOrder { get; private set; }

    public Dictionary<long, LoadedOrder> Orders { get; } = [];

    public Dictionary<long, long> Replacements { get; } = [];

    public Dictionary<(string Caller, string Id), LoadedRequest> Requests { get; } = [];

    /// <summary>
    /// Begins a transaction and loads. Nothing is written yet, so it may be cancelled, and has a timeout.
    /// It holds the writer's thread: from when the head is given until the commit is sent all other
    /// servers wait, and shall not wait for a thread of this one's pool as well.
    /// </summary>
    public static BatchLoad Run(NpgsqlConnection connection, IReadOnlyList<IBatchNeed> needs)
    {
        var load = new BatchLoad();
        load.Fetch(connection, needs, begins: true);
        return load;
    }

    /// <summary>Loads more; the head is asked for again, and is as it was.</summary>
    public void Fetch(NpgsqlConnection connection, IReadOnlyList<IBatchNeed> needs, bool begins = false)
    {
        var ofOrder = needs.Where(need => need.OrderId != 0).ToList();
        var requests = needs.Where(need => need.Request is not null).Select(need => (Caller: need.Request!.Caller.Key, Id: need.Request.RequestId)).Distinct().ToList();
        using var batch = new NpgsqlBatch(connection) { Timeout = (int)PostgresLimits.BeginPatience.TotalSeconds };
        if (begins)
        {
            batch.Add("BEGIN");
        }

        batch.Add(Head);
        if (ofOrder.Count > 0)
        {
            AddOrders(batch, ofOrder, Role.Client, "client");
            AddOrders(batch, ofOrder, Role.Supplier, "supplier");
            batch.Add(Replaced, ofOrder.Select(need => need.OrderId).Distinct().ToArray());
        }

        if (requests.Count > 0)
        {
            batch.Add(Recorded, requests.Select(request => request.Caller).ToArray(), requests.Select(request => Encoding.UTF8.GetBytes(request.Id)).ToArray());
        }

        using var row = batch.ExecuteReader();
        ReadHead(row);
        if (ofOrder.Count > 0)
        {
            ReadOrders(row);
            ReadOrders(row);
            ReadReplacements(row);
        }

        if (requests.Count > 0)
        {
            ReadRequests(row, requests);
        }
    }

    // Whose it is is part of the search, as in every read.
    private static void AddOrders(NpgsqlBatch batch, List<IBatchNeed> needs, Role role, string party)
    {
        var asked = needs.Where(need => need.Caller.Role == role).Select(need => (need.OrderId, need.Caller.Name)).Distinct().ToList();
        batch.Add(
            $"""
            SELECT orders.id, orders.client, orders.supplier, log.order_after FROM unnest($1::bigint[], $2::text[]) AS asked(id, name)
            JOIN orders ON orders.id = asked.id AND orders.{party} = asked.name JOIN log ON log.position = orders.position
            """,
            asked.Select(one => one.OrderId).ToArray(),
            asked.Select(one => one.Name).ToArray());
    }

    private void ReadHead(NpgsqlDataReader row)
    {
        if (!row.Read())
        {
            throw new StoreException(StoreFailure.Broken, new InvalidOperationException("the head has no row"));
        }

        (Position, LastOrder) = (row.GetInt64(0), row.GetInt64(1));
        if (row.GetInt32(2) > Schema.Scripts.Count)
        {
            throw new StoreException(StoreFailure.Broken, new InvalidOperationException(
                "the database was brought up to a schema that this program does not know; start the newer version"));
        }
    }

    private void ReadOrders(NpgsqlDataReader row)
    {
        row.Next();
        while (row.Read())
        {
            Orders[row.GetInt64(0)] = new LoadedOrder(row.GetString(1), row.GetString(2), row.Bytes(3));
        }
    }

    private void ReadReplacements(NpgsqlDataReader row)
    {
        row.Next();
        while (row.Read())
        {
            Replacements[row.GetInt64(0)] = row.GetInt64(1);
        }
    }

    private void ReadRequests(NpgsqlDataReader row, List<(string Caller, string Id)> asked)
    {
        row.Next();
        while (row.Read())
        {
            Requests[asked[(int)row.GetInt64(0) - 1]] = new LoadedRequest(row.Bytes(1), row.GetInt64(2), row.Bytes(3));
        }
    }
}

/// <summary>An order as a batch has it: whose it is, and its message.</summary>
internal readonly record struct LoadedOrder(string Client, string Supplier, byte[] Order);

/// <summary>A request that was done, as a batch has it.</summary>
internal readonly record struct LoadedRequest(byte[] ContentHash, long Position, byte[] Order);
