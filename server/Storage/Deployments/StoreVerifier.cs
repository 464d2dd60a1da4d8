using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>What a verification went through, and the faults it found, at most so many.</summary>
public sealed record VerifyResult(long Orders, long Events, long Documents, IReadOnlyList<string> Faults);

/// <summary>
/// Goes through a deployment: what its engine tells, the positions of the log, every order folded
/// anew from its events, every document against the digest that was sent, every replacement against
/// the orders that it is of.
/// </summary>
public sealed class StoreVerifier(IStoredRows rows)
{
    private readonly List<string> faults = [];
    private Order? order; // as far as its events were read
    private long position;
    private long orders;
    private long documents;

    /// <summary>Checks all rows.</summary>
    public async Task<VerifyResult> RunAsync()
    {
        try
        {
            Add(await rows.FindSchemaFaultsAsync());
            if (faults.Count > 0)
            {
                return new VerifyResult(0, 0, 0, faults);
            }

            Add(await rows.FindEngineFaultsAsync());
            var counts = await rows.CountAsync();
            CheckPositions(counts);
            await CheckOrdersAsync();
            CheckCounts(counts);
            await CheckReplacementsAsync();
            return new VerifyResult(counts.Orders, counts.Events, counts.Documents, faults);
        }
        catch (Exception e) when (rows.Explain(e) is { } told)
        {
            Fault(told);
            return new VerifyResult(0, 0, 0, faults);
        }
    }

    private void CheckPositions(RowCounts counts)
    {
        if (counts.Events != counts.LastPosition || counts.FirstPosition != Math.Min(counts.Events, 1))
        {
            Fault($"the log has {counts.Events} events, and its last position is {counts.LastPosition}: it has a gap");
        }
    }

    private async Task CheckOrdersAsync()
    {
        var (orderId, revision) = (long.MinValue, long.MinValue);
        while (!IsFull && await rows.ReadByOrderAsync(orderId, revision) is [.., var last] slice)
        {
            var events = slice.Select(row => OrderEvent.Parser.ParseFrom(row.Row.Event)).ToList();
            var columns = await rows.FindOrdersAsync(slice.Select(row => row.Row.OrderId).Concat(order is null ? [] : [order.Id]).ToHashSet());
            var replacements = await rows.FindReplacementsAsync(events.Select(happened => happened.OrderPlaced?.ReplacesOrderId ?? 0).Where(id => id > 0).ToHashSet());
            for (var i = 0; i < slice.Count && !IsFull; i++)
            {
                if (order?.Id != slice[i].Row.OrderId)
                {
                    CheckColumns(columns);
                    order = null;
                    orders++;
                }

                CheckRow(slice[i], events[i]);
                CheckReplaced(replacements, events[i]);
            }

            (orderId, revision) = (last.Row.OrderId, last.Revision);
        }

        CheckColumns(await rows.FindOrdersAsync(order is null ? [] : [order.Id]));
    }

    private void CheckRow(WholeRow row, OrderEvent happened)
    {
        position = row.Row.Position;
        CheckDocument(row, happened);
        order = Fold(order, row.Row.OrderId, happened, Order.Parser.ParseFrom(row.Row.Order));
        if (row.Revision != happened.Revision || row.Row.Client != order.Client || row.Row.Supplier != order.Supplier)
        {
            Fault($"the columns of position {position} are not those of its event");
        }
    }

    private Order Fold(Order? before, long orderId, OrderEvent happened, Order after)
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
    private void CheckColumns(IReadOnlyDictionary<long, OrderColumns> columns)
    {
        if (order is not null && columns.GetValueOrDefault(order.Id) != Columns(order))
        {
            Fault($"the row of order {order.Id} does not agree with its last event, at position {position}");
        }
    }

    private OrderColumns? Columns(Order after)
    {
        try
        {
            return OrderColumns.Of(after, position);
        }
        catch (InvalidOperationException)
        {
            return null; // it has a time that is none
        }
    }

    // The digest of a document is in the QuoteSent event of its revision; each needs the other.
    private void CheckDocument(WholeRow row, OrderEvent happened)
    {
        if (happened.QuoteSent is not { } sent)
        {
            return;
        }

        documents++;
        if (row.Document is not { } document)
        {
            Fault($"quote {sent.QuoteRevision} of order {happened.OrderId} was sent, and its document is missing");
        }
        else if (QuoteDocument.Digest(document) != sent.Digest)
        {
            Fault($"the document of quote {sent.QuoteRevision} of order {happened.OrderId} is not the one that was sent: its digest differs");
        }
    }

    private void CheckCounts(RowCounts counts)
    {
        if (faults.Count == 0 && counts.Orders != orders)
        {
            Fault($"there are {counts.Orders} orders, and the log tells of {orders}");
        }

        if (faults.Count == 0 && counts.Documents != documents)
        {
            Fault($"there are {counts.Documents} quote documents, and the log tells of {documents}");
        }
    }

    // The event of an order that was placed in the place of another; of two from before an order was replaced once, the table has the first.
    private void CheckReplaced(IReadOnlyDictionary<long, long> replacements, OrderEvent happened)
    {
        if (happened.OrderPlaced is { ReplacesOrderId: > 0 and var replaced } && (!replacements.TryGetValue(replaced, out var by) || by > happened.OrderId))
        {
            Fault($"order {happened.OrderId} was placed in the place of order {replaced}, and the table of replacements does not say so");
        }
    }

    // And the other way round: each row is of an event, and of two orders of one client.
    private async Task CheckReplacementsAsync()
    {
        var after = long.MinValue;
        while (!IsFull && await rows.ReadReplacementsAsync(after) is [.., var last] slice)
        {
            foreach (var row in slice)
            {
                if (!row.IsOneClients || row.Placed is null || OrderEvent.Parser.ParseFrom(row.Placed).OrderPlaced?.ReplacesOrderId != row.OrderId)
                {
                    Fault($"order {row.OrderId} is said to be replaced by order {row.Replacement}, and is not");
                }
            }

            after = last.OrderId;
        }
    }

    private bool IsFull => faults.Count >= DeploymentLimits.FaultsReported;

    private void Add(IEnumerable<string> found)
    {
        foreach (var fault in found)
        {
            Fault(fault);
        }
    }

    private void Fault(string text)
    {
        if (!IsFull)
        {
            faults.Add(VisibleText.Line(text)); // names in it are the store's
        }
    }
}
