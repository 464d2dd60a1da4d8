using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

/// <summary>
/// How large the WAL gets. The server's own readers hold it only for a moment, so it stays below a
/// bound whatever is written. Another program that reads the file in one transaction, such as server
/// backup, makes it grow by what is written meanwhile; nothing can be done about that but to bring it
/// back afterwards.
/// </summary>
public sealed class WalTests : IDisposable
{
    private const long Bound = 64 << 20;
    private const int Kibibytes = 48; // of an order; its row in the log has it twice
    private const int OrdersPerRound = 50;
    private const long BytesPerRound = 2L * OrdersPerRound * Kibibytes << 10;

    private readonly TestFolder folder = new();

    private string Database => Path.Combine(folder.Data, "orders.db");

    private long WalBytes => new FileInfo(Database + "-wal") is { Exists: true } wal ? wal.Length : 0;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_WAL_is_bounded_under_readers_that_never_pause()
    {
        var plan = new FaultPlan(shortForm: 30);
        await using var server = await ServerProcess.StartAsync(folder, null, "--max-requests-per-second", "0");
        using var client = server.Client();
        await Orders.PlaceAsync(client, 100);
        using var stop = new CancellationTokenSource();
        using var supplier = server.Supplier();
        var readers = Enumerable.Range(0, 8).Select(i => Task.Run(() => ReadAsync(supplier, i, stop.Token))).ToList();
        var largest = 0L;
        for (var round = 0; round < plan.Cycles; round++)
        {
            await Orders.PlaceAsync(client, OrdersPerRound, Kibibytes);
            largest = Math.Max(largest, WalBytes);
            Assert.True(largest < Bound, $"the WAL has {largest} bytes after {(round + 1) * BytesPerRound} written");
        }

        await stop.CancelAsync();
        var reads = (await Task.WhenAll(readers)).Sum();
        FaultPlan.Print($"{plan.Cycles * BytesPerRound >> 20} MiB written and {reads} reads; the WAL had at most {largest >> 20} MiB");
    }

    [Fact]
    public async Task The_WAL_shrinks_when_a_reader_lets_go_that_held_on_while_much_was_written()
    {
        var plan = new FaultPlan(shortForm: 1);
        await using var server = await ServerProcess.StartAsync(folder, null, "--max-requests-per-second", "0");
        using var client = server.Client();
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            var before = await Orders.PlaceAsync(client, 1);
            using (var holding = SqliteFile.Connect(Database, SqliteOpenMode.ReadOnly))
            {
                holding.Execute("BEGIN");
                Assert.Equal(before, holding.Scalar("SELECT max(position) FROM log"));
                var held = WalBytes;
                while (held < Bound)
                {
                    await Orders.PlaceAsync(client, OrdersPerRound, Kibibytes);
                    held = WalBytes;
                }

                // The writer was not held up, and the reader is still at its moment.
                Assert.Equal(before, holding.Scalar("SELECT max(position) FROM log"));
                FaultPlan.Print($"held by a reader the WAL grew to {held >> 20} MiB");
            }

            // The writer tries again when it has grown a little more.
            for (var written = 0L; written <= SqliteLimits.WalBytesBetweenWaits; written += BytesPerRound)
            {
                await Orders.PlaceAsync(client, OrdersPerRound, Kibibytes);
            }

            FaultPlan.Print($"and then shrank to {WalBytes >> 20} MiB");
            Assert.True(WalBytes < SqliteLimits.WalBytesUntilWait, $"the WAL still has {WalBytes} bytes");
        }
    }

    // An order, a list, and the log from its beginning, again and again.
    private static async Task<int> ReadAsync(Party party, int reader, CancellationToken stop)
    {
        var reads = 0;
        for (; !stop.IsCancellationRequested; reads++)
        {
            switch (reader % 3)
            {
                case 0:
                    await party.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 }, cancellationToken: CancellationToken.None);
                    break;
                case 1:
                    await party.Query.ListOrdersAsync(new ListOrdersRequest { OldestFirst = true }, cancellationToken: CancellationToken.None);
                    break;
                default:
                    using (var watch = new Watch(party, new WatchOrdersRequest { Beginning = true }))
                    {
                        await watch.EventsAsync(100);
                    }

                    break;
            }
        }

        return reads;
    }
}
