using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>
/// Sends the orders as they were at one position, slice by slice, at the reader's pace: what it keeps
/// is one slice, and the id that it has come to.
/// </summary>
public sealed class SnapshotSending(WatchParts parts, WatchFilter filter, FrameSending sending, long position, CancellationToken cancellation) : IRowKeeper
{
    private readonly Queue<(long Id, byte[] Order)> orders = new();
    private ISnapshotCursor? cursor;
    private long sentTo;
    private bool ended;

    public async Task RunAsync()
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (orders.TryDequeue(out var next))
            {
                sending.Kept -= next.Order.Length;
                var id = next.Id;
                await sending.SendAsync(Frame(next.Order), this, id);
                sentTo = id;
            }
            else if (ended)
            {
                return;
            }
            else
            {
                await FetchAsync();
            }
        }
    }

    private async ValueTask FetchAsync()
    {
        if (sending.Unflushed > 0)
        {
            await sending.FlushAsync(this);
        }

        cursor ??= Open(sentTo);
        var reading = parts.Turns.ReadAsync(filter.Caller, () => cursor.NextAsync(cancellation), slice => slice.Work, cancellation);
        var slice = await sending.WhileWaitingAsync(reading, position, this);
        ended = slice.IsEnd;
        foreach (var order in slice.Orders)
        {
            orders.Enqueue(order);
            sending.Kept += order.Order.Length;
        }
    }

    void IRowKeeper.Forget()
    {
        orders.Clear();
        (cursor, ended) = (null, false);
    }

    async ValueTask<WatchFrame> IRowKeeper.AgainAsync(long id)
    {
        var again = Open(id - 1);
        while (true)
        {
            var slice = await parts.Turns.ReadAsync(filter.Caller, () => again.NextAsync(cancellation), slice => slice.Work, cancellation);
            if (slice.Orders is [var first, ..])
            {
                return Frame(first.Order);
            }
        }
    }

    private ISnapshotCursor Open(long afterId) => parts.Store.OpenSnapshot(filter.Log, filter.States, position, afterId);

    private WatchFrame Frame(byte[] order) => WatchFrame.Of(new WatchOrdersResponse
    {
        Position = position,
        SnapshotOrder = Visibility.Read(filter.Caller.Role, order).AsOf(parts.Time.GetUtcNow()),
    }, sending.Form);
}
