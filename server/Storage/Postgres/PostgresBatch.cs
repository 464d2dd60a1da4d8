using Google.Protobuf;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>One batch: what was loaded when it began, what it appends, and the transaction that holds the head until its end.</summary>
internal sealed class PostgresBatch(PostgresWriter writer, BatchLoad load, CommittedRows committed) : IOrderBatch
{
    private readonly BatchAppend append = new();
    private long head = load.Position;
    private long lastOrder = load.LastOrder;
    private bool open = true;

    public long NextPosition => head + 1;

    public long NextOrderId => lastOrder + 1;

    public ValueTask FetchAsync(IReadOnlyList<IBatchNeed> needs) => writer.FetchAsync(load, needs);

    public Order? Load(long orderId, Caller caller) =>
        load.Orders.TryGetValue(orderId, out var order) && caller.MaySee(order.Client, order.Supplier) ? Order.Parser.ParseFrom(order.Order) : null;

    public long? FindReplacement(long orderId) => load.Replacements.TryGetValue(orderId, out var replacement) ? replacement : null;

    public RecordedRequest? FindRequest(Caller caller, string requestId) =>
        load.Requests.TryGetValue((caller.Key, requestId), out var done) ? new RecordedRequest(done.ContentHash, done.Position, Order.Parser.ParseFrom(done.Order)) : null;

    public void Append(OrderEvent happened, Order after, byte[]? document, RequestKey? request)
    {
        if (happened.Position != NextPosition || after.Id > NextOrderId)
        {
            throw new InvalidOperationException($"position {happened.Position} of order {after.Id} does not follow {head} and {lastOrder}");
        }

        var isNew = after.Id == NextOrderId;
        var row = new LogRow(happened.Position, after.Id, after.Client, after.Supplier, happened.ToByteArray(), after.ToByteArray());
        append.Add(row, happened.Revision, after, isNew, document, request);
        load.Orders[after.Id] = new LoadedOrder(after.Client, after.Supplier, row.Order);
        if (request is not null)
        {
            load.Requests[(request.Caller.Key, request.RequestId)] = new LoadedRequest(request.ContentHash, row.Position, row.Order);
        }

        if (isNew)
        {
            lastOrder = after.Id;
            if (after.ReplacesOrderId != 0)
            {
                load.Replacements[after.ReplacesOrderId] = after.Id;
            }
        }

        head = happened.Position;
    }

    public async ValueTask CommitAsync()
    {
        open = false;
        await writer.CommitAsync(append, lastOrder);
        committed.Add(new LogPage(append.Bytes <= StoreLimits.BytesPerRead ? append.Rows : [], head));
    }

    public ValueTask DisposeAsync() => open ? writer.RollBackAsync() : ValueTask.CompletedTask;
}
