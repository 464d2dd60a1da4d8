using OrderGrpc.Server.Storage.Deployments;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>How a row of the log is written to a file, and with it what follows from it in the other tables.</summary>
internal sealed class RowAppend
{
    private readonly PreparedStatement appendLog, insertOrder, updateOrder, insertDocument, insertReplacement;

    public RowAppend(PreparedConnection prepared)
    {
        appendLog = prepared.Prepare(
            "INSERT INTO log (position, order_id, revision, client, supplier, caller, request_id, request_hash, event, order_after) VALUES ($position, $order, $revision, $client, $supplier, $caller, CAST($request AS TEXT), $hash, $event, $after)",
            "$position", "$order", "$revision", "$client", "$supplier", "$caller", "$request", "$hash", "$event", "$after");
        insertOrder = prepared.Prepare(
            "INSERT INTO orders (id, client, supplier, state, client_reference, place_time, update_time, position) VALUES ($id, $client, $supplier, $state, $reference, $placed, $updated, $position)",
            "$id", "$client", "$supplier", "$state", "$reference", "$placed", "$updated", "$position");
        updateOrder = prepared.Prepare("UPDATE orders SET state = $state, update_time = $updated, position = $position WHERE id = $id", "$state", "$updated", "$position", "$id");
        insertDocument = prepared.Prepare("INSERT INTO quote_documents (order_id, quote_revision, document) VALUES ($order, $revision, $document)", "$order", "$revision", "$document");
        insertReplacement = prepared.Prepare("INSERT INTO replacements (order_id, replacement) VALUES ($order, $replacement)", "$order", "$replacement");
    }

    /// <summary>The row itself. The id of its request is text, or its bytes in UTF-8.</summary>
    public void Log(LogRow row, long revision, string? caller, SqlValue requestId, byte[]? requestHash) => appendLog.With(
        row.Position, row.OrderId, revision, row.Client, row.Supplier, caller, requestId, requestHash, row.Event, row.Order).Run();

    /// <summary>The columns of its order, which it placed or changed.</summary>
    public void Order(long id, OrderColumns columns, bool isNew)
    {
        if (isNew)
        {
            insertOrder.With(id, columns.Client, columns.Supplier, columns.State, columns.ClientReference, columns.PlaceTime, columns.UpdateTime, columns.Position).Run();
        }
        else
        {
            updateOrder.With(columns.State, columns.UpdateTime, columns.Position, id).Run();
        }
    }

    /// <summary>The document of the quote that it sent.</summary>
    public void Document(long orderId, int quoteRevision, byte[] document) => insertDocument.With(orderId, quoteRevision, document).Run();

    /// <summary>That its order was placed in the place of another.</summary>
    public void Replacement(long orderId, long replacement) => insertReplacement.With(orderId, replacement).Run();
}
