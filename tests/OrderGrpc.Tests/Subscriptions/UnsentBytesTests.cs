using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Tests.Orders;

namespace OrderGrpc.Tests.Subscriptions;

public sealed class UnsentBytesTests
{
    [Fact]
    public void A_caller_has_so_much_and_all_have_so_much_but_nobody_has_nothing()
    {
        var unsent = new UnsentBytes(perCaller: 10, forAll: 15);
        Assert.True(unsent.TryTake(Given.Client, 10));
        Assert.False(unsent.TryTake(Given.Client, 1));
        Assert.True(unsent.TryTake(Given.Supplier, 12)); // more than is left, but its first
        Assert.False(unsent.TryTake(Given.Supplier, 1));
        unsent.Give(Given.Client, 10);
        Assert.True(unsent.TryTake(Given.Client, 1));
    }

    [Fact]
    public async Task Who_waits_for_room_gets_it_when_something_was_sent_and_a_cancelled_one_takes_none()
    {
        var unsent = new UnsentBytes(perCaller: 10, forAll: 100);
        using var cancelled = new CancellationTokenSource();
        await unsent.TakeAsync(Given.Client, 10, default);
        var gone = unsent.TakeAsync(Given.Client, 10, cancelled.Token).AsTask();
        var next = unsent.TakeAsync(Given.Client, 10, default).AsTask();
        Assert.False(next.IsCompleted);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        unsent.Give(Given.Client, 10);
        await next;
        unsent.Give(Given.Client, 10);
        Assert.True(unsent.TryTake(Given.Client, 10));
    }
}
