using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>Orders from placed to completed: the seven commands of an order where all say yes.</summary>
public static class WholeProcess
{
    private const int Callers = 64;
    private const int ConnectionCount = 4;
    private const int Commands = 7;

    public static async Task RunAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        var orderCall = OrderCall(ours, ours, ConnectionCount);
        var contenders = new List<Contender> { new("ours", ours.Process, time => Load.ClosedAsync(Callers, time, orderCall)) };
        if (etcd is not null)
        {
            var txn = TxnCall(etcd, ConnectionCount);
            contenders.Add(new("etcd, 7 txn", etcd.Process, time => Load.ClosedAsync(Callers, time, txn)));
        }

        Place.Report(run, "whole process, 64 callers on 4", await Rounds.InterleaveAsync(run.Options, contenders), "orders/s");
    }

    public static DraftQuoteRequest Draft(long orderId) => new()
    {
        OrderId = orderId,
        Lines = { new QuoteLine { Description = "Garden fence", Quantity = "1", UnitPrice = new() { CurrencyCode = "EUR", Units = 38 } } },
        RequestId = NewId(),
    };

    /// <summary>One whole order, whose client and supplier each call at a server of their own, or at the same one.</summary>
    public static Func<int, Task<bool>> OrderCall(OrderServer clients, OrderServer suppliers, int connections)
    {
        var placing = clients.Clients(connections, i => new ClientService.ClientServiceClient(i));
        var serving = suppliers.Clients(connections, i => new SupplierService.SupplierServiceClient(i));
        var asClient = clients.AsClient;
        var asSupplier = suppliers.AsSupplier;
        return async caller =>
        {
            var (client, supplier) = (placing[caller % connections], serving[caller % connections]);
            var id = (await client.PlaceOrderAsync(OrderServer.NewOrder(), asClient).ConfigureAwait(false)).Order.Id;
            await supplier.ApproveOrderAsync(new() { OrderId = id, RequestId = NewId() }, asSupplier).ConfigureAwait(false);
            await supplier.DraftQuoteAsync(Draft(id), asSupplier).ConfigureAwait(false);
            var sent = await supplier.ApproveQuoteAsync(new() { OrderId = id, RequestId = NewId() }, asSupplier).ConfigureAwait(false);
            await client.ApproveQuoteAsync(
                new() { OrderId = id, QuoteRevision = sent.Order.Quote.Revision, Digest = sent.Order.Quote.Digest, RequestId = NewId() },
                asClient).ConfigureAwait(false);
            await supplier.ReportRealizationAsync(new() { OrderId = id, RequestId = NewId() }, asSupplier).ConfigureAwait(false);
            var done = await client.ApproveRealizationAsync(new() { OrderId = id, RequestId = NewId() }, asClient).ConfigureAwait(false);
            return done.Order.State == Order.Types.State.Completed;
        };
    }

    /// <summary>As many transactions as an order has commands.</summary>
    public static Func<int, Task<bool>> TxnCall(EtcdServer etcd, int connections)
    {
        var txn = etcd.TxnCall(connections);
        return async caller =>
        {
            var succeeded = true;
            for (var i = 0; i < Commands; i++)
            {
                succeeded &= await txn(caller).ConfigureAwait(false);
            }

            return succeeded;
        };
    }

    private static string NewId() => Guid.CreateVersion7().ToString();
}
