using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>What a verification went through, and the faults it found, at most so many.</summary>
public sealed record VerifyResult(long Orders, long Events, long Documents, IReadOnlyList<string> Faults);

/// <summary>
/// Goes through a file in one read transaction: its pages, the positions of the log, every order
/// folded anew from its events, every document against the digest that was sent, every replacement
/// against the orders that it is of.
/// </summary>
public sealed class SqliteVerifier(string path)
{
    private readonly List<string> faults = [];
    private long documents;

    /// <summary>Checks the file.</summary>
    /// <exception cref="StartException">There is no such file, or it is not one of ours.</exception>
    public VerifyResult Run()
    {
        if (!File.Exists(path))
        {
            throw new StartException($"There is no {path}.");
        }

        try
        {
            using var prepared = new PreparedConnection(SqliteFile.Connect(path, SqliteOpenMode.ReadOnly));
            var connection = prepared.Connection;
            SqliteFile.RefuseForeign(connection, path);
            SqliteFile.LimitSteps(connection, path);
            connection.Execute("BEGIN");
            foreach (var fault in SchemaCheck.FaultsOf(connection))
            {
                Fault(fault);
            }

            if (faults.Count > 0)
            {
                return new VerifyResult(0, 0, 0, faults); // nothing more is asked of it: what it answers, somebody else wrote
            }

            if (connection.Text("PRAGMA integrity_check(1)") is var found and not "ok")
            {
                Fault($"a page is damaged: {found}");
            }

            CheckPositions(connection);
            CheckOrders(prepared);
            CheckReplacements(prepared);
            return new VerifyResult(
                connection.Scalar("SELECT count(*) FROM orders"),
                connection.Scalar("SELECT count(*) FROM log"),
                connection.Scalar("SELECT count(*) FROM quote_documents"),
                faults);
        }
        catch (Exception e) when (e is SqliteException or InvalidProtocolBufferException)
        {
            Fault((e as SqliteException)?.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_INTERRUPT => "to check it takes longer than a sound file of its size can",
                SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_NOMEM => "it holds values larger than this program writes",
                _ => $"it cannot be read: {e.Message}",
            });
            return new VerifyResult(0, 0, 0, faults);
        }
    }

    private void CheckPositions(SqliteConnection connection)
    {
        var (count, last) = (connection.Scalar("SELECT count(*) FROM log"), connection.Scalar("SELECT coalesce(max(position), 0) FROM log"));
        if (count != last || connection.Scalar("SELECT coalesce(min(position), 1) FROM log") != 1)
        {
            Fault($"the log has {count} events, and its last position is {last}: it has a gap");
        }
    }

    private void CheckOrders(PreparedConnection file)
    {
        var connection = file.Connection;
        var rowOf = file.Prepare("SELECT client, supplier, state, client_reference, place_time, update_time, position FROM orders WHERE id = $id", "$id");
        var replacementOf = file.Prepare("SELECT replacement FROM replacements WHERE order_id = $id", "$id");
        var documentOf = file.Prepare("SELECT document FROM quote_documents WHERE order_id = $id AND quote_revision = $revision", "$id", "$revision");
        using var rows = file.Prepare("SELECT order_id, position, event, order_after, revision, client, supplier FROM log ORDER BY order_id, revision").Rows();
        Order? order = null;
        var position = 0L;
        var seen = 0L;
        while (rows.Read() && faults.Count < SqliteLimits.FaultsReported)
        {
            var orderId = rows.Number(0);
            if (order?.Id != orderId)
            {
                CheckRow(rowOf, order, position);
                order = null;
                seen++;
            }

            position = rows.Number(1);
            var happened = OrderEvent.Parser.ParseFrom(rows.Bytes(2));
            CheckDocument(documentOf, happened);
            CheckReplaced(replacementOf, happened);
            order = Fold(order, orderId, position, happened, Order.Parser.ParseFrom(rows.Bytes(3)));
            if (rows.Number(4) != happened.Revision || rows.Text(5) != order.Client || rows.Text(6) != order.Supplier)
            {
                Fault($"the columns of position {position} are not those of its event");
            }
        }

        CheckRow(rowOf, order, position);
        if (faults.Count == 0 && connection.Scalar("SELECT count(*) FROM orders") is var count && count != seen)
        {
            Fault($"there are {count} orders, and the log tells of {seen}");
        }

        if (faults.Count == 0 && connection.Scalar("SELECT count(*) FROM quote_documents") is var kept && kept != documents)
        {
            Fault($"there are {kept} quote documents, and the log tells of {documents}");
        }
    }

    // The event of an order that was placed in the place of another; of two from before an order was replaced once, the table has the first.
    private void CheckReplaced(PreparedStatement replacementOf, OrderEvent happened)
    {
        if (happened.OrderPlaced is not { ReplacesOrderId: > 0 and var replaced })
        {
            return;
        }

        using var row = replacementOf.With(replaced).Rows();
        if (!row.Read() || row.Number(0) > happened.OrderId)
        {
            Fault($"order {happened.OrderId} was placed in the place of order {replaced}, and the table of replacements does not say so");
        }
    }

    // And the other way round: each row is of an event, and of two orders of one client.
    private void CheckReplacements(PreparedConnection file)
    {
        using var rows = file.Prepare(
            "SELECT replacements.order_id, replacement, event, coalesce(replaced.client = log.client, 0) FROM replacements LEFT JOIN log ON log.order_id = replacement AND log.revision = 1 LEFT JOIN orders AS replaced ON replaced.id = replacements.order_id").Rows();
        while (rows.Read() && faults.Count < SqliteLimits.FaultsReported)
        {
            if (rows.Number(3) == 0 || OrderEvent.Parser.ParseFrom(rows.Bytes(2)).OrderPlaced?.ReplacesOrderId != rows.Number(0))
            {
                Fault($"order {rows.Number(0)} is said to be replaced by order {rows.Number(1)}, and is not");
            }
        }
    }

    private Order Fold(Order? before, long orderId, long position, OrderEvent happened, Order after)
    {
        try
        {
            // What a newer server wrote is taken as it is: what it makes of the order is not known here.
            var agrees = !Evolver.Knows(happened) || Evolver.Evolve(before, happened).Equals(after);
            if (happened.Position != position || happened.OrderId != orderId || !agrees)
            {
                Fault($"order {orderId} is not what its events make of it, at position {position}");
            }
        }
        catch (InvalidOperationException e)
        {
            Fault($"position {position}: {e.Message}");
        }

        return after;
    }

    // The row of the orders table, which must point at the last event and agree with it.
    private void CheckRow(PreparedStatement rowOf, Order? order, long position)
    {
        if (order is null)
        {
            return;
        }

        using var row = rowOf.With(order.Id).Rows();
        var agrees = row.Read()
            && row.Text(0) == order.Client && row.Text(1) == order.Supplier && row.Number(2) == (int)order.State
            && row.Text(3) == order.ClientReference && row.Number(4) == StoredTime.Micros(order.PlaceTime.ToDateTimeOffset())
            && row.Number(5) == StoredTime.Micros(order.UpdateTime.ToDateTimeOffset()) && row.Number(6) == position;
        if (!agrees)
        {
            Fault($"the row of order {order.Id} does not agree with its last event, at position {position}");
        }
    }

    // The digest of a document is in the QuoteSent event of its revision; each needs the other.
    private void CheckDocument(PreparedStatement documentOf, OrderEvent happened)
    {
        if (happened.QuoteSent is not { } sent)
        {
            return;
        }

        documents++;
        if (documentOf.With(happened.OrderId, sent.QuoteRevision).Bytes() is not { } document)
        {
            Fault($"quote {sent.QuoteRevision} of order {happened.OrderId} was sent, and its document is missing");
        }
        else if (QuoteDocument.Digest(document) != sent.Digest)
        {
            Fault($"the document of quote {sent.QuoteRevision} of order {happened.OrderId} is not the one that was sent: its digest differs");
        }
    }

    private void Fault(string text)
    {
        if (faults.Count < SqliteLimits.FaultsReported)
        {
            faults.Add(VisibleText.Line(text)); // names in it are the file's
        }
    }
}
