using Google.Protobuf;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage;

/// <summary>What every store promises, of the one on a file; and what is its own.</summary>
public sealed class SqliteOrderStoreTests : OrderStoreTests
{
    private readonly TestFolder folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    protected override Task<IStoreEngine> OpenAsync() => Task.FromResult<IStoreEngine>(new SqliteOrderStore(folder.Data));

    [Fact]
    public async Task A_read_that_fails_in_whatever_way_gives_its_connection_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "counts open files in /proc");
        await PlaceAsync(1);
        using (var damage = SqliteFile.Connect(SqliteFile.PathIn(folder.Data), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite))
        {
            damage.Execute("UPDATE log SET order_after = x'ff'");
        }

        for (var i = 0; i < 2 * SqliteLimits.ReaderConnections; i++)
        {
            await Assert.ThrowsAsync<InvalidProtocolBufferException>(() => Store.ReadOrderAsync(1, Given.Client, default).AsTask().WaitAsync(Deadlines.Patience));
        }

        var open = Directory.GetFiles("/proc/self/fd").Count(file => Target(file) == SqliteFile.PathIn(Path.GetFullPath(folder.Data)));
        Assert.True(open < SqliteLimits.ReaderConnections, $"{open} connections are open");
    }

    [Fact]
    public async Task Who_waits_for_a_connection_holds_no_thread_and_may_leave()
    {
        using var inside = new CountdownEvent(SqliteLimits.ReaderConnections);
        using var go = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var reads = Enumerable.Range(0, SqliteLimits.ReaderConnections).Select(_ => Task.Factory.StartNew(
            () => ((SqliteOrderStore)Store).ReadAsync(_ => inside.Signal() | go.Wait(Deadlines.Patience), default).AsTask(), TaskCreationOptions.LongRunning).Unwrap()).ToList();
        try
        {
            Assert.True(inside.Wait(Deadlines.Patience));
            var waits = Task.Factory.StartNew(() => Store.ReadHeadAsync(default).AsTask(), TaskCreationOptions.LongRunning);
            var head = await waits.WaitAsync(Deadlines.Patience);
            var leaving = Store.ReadHeadAsync(gone.Token).AsTask();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.WaitAsync(Deadlines.Patience));
            Assert.False(head.IsCompleted);
            go.Set();
            Assert.Equal(0, await head.WaitAsync(Deadlines.Patience));
        }
        finally
        {
            go.Set();
            await Task.WhenAll(reads);
        }
    }

    // Other tests close theirs meanwhile; null for one that is gone.
    private static string? Target(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [Fact]
    public async Task A_reference_is_looked_up_among_the_orders_of_one_party()
    {
        await PlaceAsync(1);
        using var file = SqliteFile.Connect(SqliteFile.PathIn(folder.Data), Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        Assert.Equal(0, file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'orders_by_reference'"));
        foreach (var party in new[] { "client", "supplier" })
        {
            Assert.Equal(1, file.Scalar($"SELECT count(*) FROM pragma_index_info('orders_by_{party}_reference') WHERE seqno = 0 AND name = '{party}'"));
        }
    }
}
