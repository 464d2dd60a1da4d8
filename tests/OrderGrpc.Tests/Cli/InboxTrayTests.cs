using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

public sealed class InboxTrayTests : IDisposable
{
    private readonly InboxTray tray = new(WaitingOn.Supplier);

    public void Dispose() => tray.Dispose();

    [Fact]
    public async Task Orders_come_out_by_id_and_once_per_revision()
    {
        tray.Update(Order(2, 1));
        tray.Update(Order(1, 1));
        tray.Update(Order(1, 1));
        Assert.Equal(1, (await TakeAsync()).Id);
        Assert.Equal(2, (await TakeAsync()).Id);
        tray.Update(Order(2, 1));
        tray.Update(Order(2, 2));
        Assert.Equal(2, (await TakeAsync()).Revision);
        Assert.False(tray.TakeAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void An_order_that_waits_for_somebody_else_is_taken_out()
    {
        tray.Update(Order(1, 1));
        tray.Update(Order(1, 2, WaitingOn.Client));
        Assert.False(tray.TakeAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task What_the_watch_tells_late_is_not_asked_again()
    {
        tray.Update(Order(1, 1));
        await TakeAsync();
        tray.UpdateAhead(Order(1, 2));
        await TakeAsync();
        tray.UpdateAhead(Order(1, 3, WaitingOn.Client));
        tray.Update(Order(1, 2));
        tray.Update(Order(1, 3, WaitingOn.Client));
        var next = tray.TakeAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        tray.Update(Order(1, 4));
        Assert.Equal(4, (await next.WaitAsync(Deadlines.Patience)).Order.Revision);
    }

    [Fact]
    public async Task A_question_is_withdrawn_when_its_order_has_moved_and_stays_for_a_comment()
    {
        tray.Update(Order(1, 1));
        var (_, withdrawn) = await tray.TakeAsync(CancellationToken.None).WaitAsync(Deadlines.Patience);
        tray.Update(Order(1, 2));
        tray.Update(Order(2, 1, WaitingOn.Client));
        Assert.False(withdrawn.IsCancellationRequested);
        var told = new TaskCompletionSource();
        using var registration = withdrawn.Register(told.SetResult);
        tray.Update(Order(1, 3, WaitingOn.Client));
        await told.Task.WaitAsync(Deadlines.Patience);
    }

    private static Order Order(long id, long revision, WaitingOn waitingOn = WaitingOn.Supplier) =>
        new() { Id = id, Revision = revision, WaitingOn = waitingOn };

    private async Task<Order> TakeAsync() => (await tray.TakeAsync(CancellationToken.None).WaitAsync(Deadlines.Patience)).Order;
}
