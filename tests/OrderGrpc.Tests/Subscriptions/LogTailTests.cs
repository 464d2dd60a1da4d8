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
        using var tail = new LogTail(new FailingStore(), TimeProvider.System, new WatchLimits(), failed.SetResult);
        await tail.StartAsync(CancellationToken.None);
        await tail.ExecuteTask!.WaitAsync(Deadlines.Patience); // ended, and not with the exception: the host would end as if nothing were wrong
        Assert.IsType<NotSupportedException>(await failed.Task);
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

    /// <summary>An engine that is busy at first, and then has a fault that nobody thought of.</summary>
    private sealed class FailingStore : IOrderStore
    {
        private bool wasBusy;

        public string SystemName => "other_sql";

        public TimeSpan Patience => TimeSpan.Zero;

        public ValueTask<LogPage> WaitForRowsAsync(long afterPosition, Func<bool> areWanted, CancellationToken cancellation) => Interlocked.Exchange(ref wasBusy, true)
            ? throw new NotSupportedException()
            : throw new StoreException(StoreFailure.TryAgain, new TimeoutException());

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
