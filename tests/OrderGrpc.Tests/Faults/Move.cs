using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Faults;

/// <summary>One request, which can be sent again with the same id and content.</summary>
public sealed record Move(Role Role, string RequestId, Func<Party, Task<(Order Order, long Position)>> SendAsync)
{
    /// <summary>A new order.</summary>
    public static Move Place(string id) => new(Role.Client, id, async party =>
    {
        var done = await party.Client.PlaceOrderAsync(Requests.Place(requestId: id));
        return (done.Order, done.Position);
    });

    /// <summary>Something that whose turn it is may do with an order that has not ended.</summary>
    public static Move Next(Order order, string id, Random random)
    {
        var refuse = random.Next(8) == 0;
        return order.State switch
        {
            State.Placed when refuse => RejectOrder(order.Id, id),
            State.Placed => ApproveOrder(order.Id, id),
            State.Approved => Draft(order.Id, id, random.Next(1, 1000)),
            State.QuoteDrafted when refuse => Withhold(order.Id, id),
            State.QuoteDrafted => Send(order.Id, id),
            State.QuoteSent when refuse => Revise(order.Id, id),
            State.QuoteSent => Accept(order, id),
            State.InRealization => Report(order.Id, id),
            State.Realized when refuse => Rework(order.Id, id),
            State.Realized => Complete(order.Id, id),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order.State, "nobody's turn"),
        };
    }

    /// <summary>The client's way out, which races with what the supplier does.</summary>
    public static Move Cancel(long order, string id) => new(Role.Client, id, async party =>
    {
        var done = await party.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = order, RequestId = id, Reason = "too late" });
        return (done.Order, done.Position);
    });

    private static Move ApproveOrder(long order, string id) => new(Role.Supplier, id, async party =>
    {
        var done = await party.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = order, RequestId = id });
        return (done.Order, done.Position);
    });

    private static Move RejectOrder(long order, string id) => new(Role.Supplier, id, async party =>
    {
        var done = await party.Supplier.RejectOrderAsync(new RejectOrderRequest { OrderId = order, RequestId = id, Reason = "no" });
        return (done.Order, done.Position);
    });

    private static Move Draft(long order, string id, long units) => new(Role.Supplier, id, async party =>
    {
        var request = Requests.Draft(order, units);
        request.RequestId = id;
        var done = await party.Supplier.DraftQuoteAsync(request);
        return (done.Order, done.Position);
    });

    private static Move Send(long order, string id) => new(Role.Supplier, id, async party =>
    {
        var done = await party.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = order, RequestId = id });
        return (done.Order, done.Position);
    });

    private static Move Withhold(long order, string id) => new(Role.Supplier, id, async party =>
    {
        var done = await party.Supplier.RejectQuoteAsync(new SupplierServiceRejectQuoteRequest { OrderId = order, RequestId = id });
        return (done.Order, done.Position);
    });

    private static Move Accept(Order order, string id) => new(Role.Client, id, async party =>
    {
        var request = Requests.Accept(order);
        request.RequestId = id;
        var done = await party.Client.ApproveQuoteAsync(request);
        return (done.Order, done.Position);
    });

    private static Move Revise(long order, string id) => new(Role.Client, id, async party =>
    {
        var done = await party.Client.RequestQuoteRevisionAsync(new RequestQuoteRevisionRequest { OrderId = order, RequestId = id, Reason = "too dear" });
        return (done.Order, done.Position);
    });

    private static Move Report(long order, string id) => new(Role.Supplier, id, async party =>
    {
        var done = await party.Supplier.ReportRealizationAsync(new ReportRealizationRequest { OrderId = order, RequestId = id });
        return (done.Order, done.Position);
    });

    private static Move Complete(long order, string id) => new(Role.Client, id, async party =>
    {
        var done = await party.Client.ApproveRealizationAsync(new ApproveRealizationRequest { OrderId = order, RequestId = id });
        return (done.Order, done.Position);
    });

    private static Move Rework(long order, string id) => new(Role.Client, id, async party =>
    {
        var done = await party.Client.RejectRealizationAsync(new RejectRealizationRequest { OrderId = order, RequestId = id, Reason = "crooked" });
        return (done.Order, done.Position);
    });
}
