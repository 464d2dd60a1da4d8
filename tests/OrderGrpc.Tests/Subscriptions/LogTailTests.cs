using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Subscriptions;

public sealed class LogTailTests
{
    [Fact]
    public async Task A_tail_that_cannot_go_on_for_whatever_reason_says_so_and_what_passes_is_tried_again()
    {
        var failed = new TaskCompletionSource<Exception>();
        var wasBusy = false;
        var store = new OtherStore((_, _) => Interlocked.Exchange(ref wasBusy, true)
            ? throw new NotSupportedException()
            : throw new StoreException(StoreFailure.TryAgain, new TimeoutException()));
        using var tail = new LogTail(store, TimeProvider.System, new WatchLimits(), failed.SetResult);
        await tail.StartAsync(CancellationToken.None);
        await tail.ExecuteTask!.WaitAsync(Deadlines.Patience); // ended, and not with the exception: the host would end as if nothing were wrong
        Assert.IsType<NotSupportedException>(await failed.Task);
    }

    [Fact]
    public async Task Who_begins_to_watch_while_rows_come_for_nobody_is_woken_by_them()
    {
        var (asked, committed, never) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<LogPage>());
        var store = new OtherStore(async (after, areWanted) =>
        {
            if (!asked.Task.IsCompleted)
            {
                Assert.False(areWanted());
                asked.SetResult();
                await committed.Task;
                return new LogPage([], 3);
            }

            Assert.True(areWanted());
            return after == 0 ? new LogPage([new LogRow(3, 1, "acme", "supplier", [], [])], 3) : await never.Task;
        });
        var failed = new TaskCompletionSource<Waking>();
        using var tail = new LogTail(store, TimeProvider.System, new WatchLimits(), failed.SetException);
        await tail.StartAsync(CancellationToken.None);
        await asked.Task.WaitAsync(Deadlines.Patience);
        var watcher = new Watcher([Topic.Of(1)], 0, 0, CancellationToken.None);
        tail.Add(watcher);
        var sleep = tail.Sleep(watcher)!;
        committed.SetResult();
        Assert.Equal(Waking.Row, await (await Task.WhenAny(sleep, failed.Task).WaitAsync(Deadlines.Patience)));
        Assert.Equal((3, 2), (tail.Position, watcher.Position));
    }

    [Fact]
    public async Task A_server_whose_tail_fails_unexpectedly_ends_with_74_and_says_so()
    {
        var before = Console.Error;
        using var written = new StringWriter();
        Console.SetError(TextWriter.Synchronized(written));
        try
        {
            // A ring without a place: the first row is one that the tail cannot keep.
            await using var server = await TestServer.StartAsync(
                limits: new ServerLimits { Watches = new() { RingEntries = 0 }, Host = new() { FailureExit = Timeout.InfiniteTimeSpan } });
            using var client = server.Client();
            await Record.ExceptionAsync(() => client.PlaceAsync()); // answered, or the server is gone
            Assert.Equal(ServerExitCodes.StoreFailed, await server.EndAsync());
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Contains("crit: OrderGrpc.Server.ServerHost[7] The log could not be followed", written.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(DivideByZeroException), written.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An engine of which only the waiting for rows is used.</summary>
    private sealed class OtherStore(Func<long, Func<bool>, ValueTask<LogPage>> wait) : IOrderStore
    {
        public string SystemName => "other_sql";

        public TimeSpan Patience => TimeSpan.Zero;

        public ValueTask<LogPage> WaitForRowsAsync(long afterPosition, Func<bool> areWanted, CancellationToken cancellation) => wait(afterPosition, areWanted);

        public ValueTask<long> ReadHeadAsync(CancellationToken cancellation) => new(0);

        public ValueTask<IOrderBatch> BeginAsync(IReadOnlyList<IBatchNeed> needs) => throw new NotSupportedException();

        public ValueTask<Order?> ReadOrderAsync(long orderId, Caller caller, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<long?> FindMissingAsync(IReadOnlyCollection<long> orderIds, Caller caller, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<OrderSlice> ListOrdersAsync(OrderQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<EventSlice> ReadEventsAsync(long orderId, long afterRevision, int limit, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<SentDocument?> ReadDocumentAsync(long orderId, int quoteRevision, CancellationToken cancellation) => throw new NotSupportedException();

        public ILogCursor OpenLog(LogFilter filter, long afterPosition) => throw new NotSupportedException();

        public ISnapshotCursor OpenSnapshot(LogFilter filter, IReadOnlyCollection<State> states, long position, long afterId) => throw new NotSupportedException();
    }
}
