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
        Assert.Equal(4, (await next.WaitAsync(Deadlines.Patience)).Revision);
    }

    private static Order Order(long id, long revision, WaitingOn waitingOn = WaitingOn.Supplier) =>
        new() { Id = id, Revision = revision, WaitingOn = waitingOn };

    private Task<Order> TakeAsync() => tray.TakeAsync(CancellationToken.None).WaitAsync(Deadlines.Patience);
}
