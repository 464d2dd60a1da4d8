using Google.Protobuf;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Tests.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Faults;

/// <summary>What watchers share is asked for by many threads at the same moment.</summary>
public sealed class SharedEntryTests
{
    [Fact]
    public void Threads_that_ask_an_entry_for_its_state_at_once_are_all_told_the_same()
    {
        const int threads = 4;
        var plan = new FaultPlan(shortForm: 20_000);
        var order = Given.In(State.QuoteSent);
        var row = new LogRow(1, 1, "client", "supplier", new OrderEvent { Position = 1, OrderId = 1 }.ToByteArray(), order.ToByteArray());
        LogEntry entry = null!;
        var wrong = 0;
        using var together = new Barrier(threads, _ => entry = new LogEntry(row));
        var asking = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < plan.Cycles; i++)
            {
                together.SignalAndWait();
                if (entry.State != State.QuoteSent)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToList();
        asking.ForEach(thread => thread.Start());
        asking.ForEach(thread => thread.Join());
        Assert.Equal(0, wrong);
    }
}
