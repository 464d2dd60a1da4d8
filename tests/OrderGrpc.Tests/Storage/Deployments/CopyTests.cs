using OrderGrpc.Server;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>A deployment that moves from a file to PostgreSQL and back, by the real commands: everything of it is the same there.</summary>
public sealed class CopyTests : IAsyncLifetime
{
    private const string OddRequest = "first request\0\u00e9\U0001f600";
    private readonly TestFolder old = new();
    private readonly TestFolder other = new();
    private TestDatabase database = null!;

    private static string File(TestFolder folder) => SqliteFile.PathIn(folder.Data);

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        old.Dispose();
        other.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_deployment_goes_to_PostgreSQL_and_back_and_nobody_who_calls_notices()
    {
        string clientToken, revoked;
        Order first;
        long seen;
        var address = ServerProcess.FreeAddress();
        await using (var server = await ServerProcess.StartAsync(old, address, "--data", old.Data))
        {
            using var client = server.Client();
            using var supplier = server.Supplier();
            first = await client.PlaceAsync("first", OddRequest);
            seen = (await client.Client.PlaceOrderAsync(Requests.Place("second"))).Position;
            await WorkAsync(client, supplier);
            clientToken = server.Token("client");
            revoked = (await ServerProcess.RunAsync(old, "token", "issue", "--role", "client", "--name", "gone", "--data", old.Data)).Output.Trim();
            await RunAsync(0, "", "token", "revoke", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(revoked).Id, "--data", old.Data);
            Assert.Equal(0, await server.StopAsync());
        }

        var rows = await StoredTables.OfFileAsync(File(old));
        var tokens = await TokensAsync("--data", old.Data);
        Assert.Contains(rows, row => row.StartsWith("quote_documents", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("replacements", StringComparison.Ordinal));

        await RunAsync(0, "Copied and verified", "copy", "--from", old.Data, "--to", database.Store);
        Assert.Equal(rows, await StoredTables.OfStoreAsync(database.Store));
        Assert.Equal(rows, await StoredTables.OfFileAsync(File(old)));
        Assert.Equal(tokens, await TokensAsync("--store", database.Store));
        await RunAsync(0, "No fault found.", "verify", "--store", database.Store);

        List<string> moved;
        await using (var server = await ServerProcess.StartAsync(old, address, "--store", database.Store))
        {
            using var client = new Party(address, clientToken);
            Assert.Equal(first, await client.PlaceAsync("first", OddRequest)); // the first answer
            using var watch = new Watch(client, new WatchOrdersRequest { AfterPosition = seen });
            var next = Assert.Single(await watch.EventsAsync(1));
            Assert.Equal(seen + 1, next.Position);
            using var gone = new Party(address, revoked);
            Assert.Equal("TOKEN_REVOKED", (await Refused.By(gone.Query.GetCallerAsync(new GetCallerRequest()))).Reason);
            var last = rows.Count(row => row.StartsWith("orders", StringComparison.Ordinal));
            Assert.Equal(last + 1, (await client.PlaceAsync("on the new one")).Id);
            moved = await StoredTables.OfStoreAsync(database.Store);
            Assert.Equal(0, await server.StopAsync());
        }

        await RunAsync(0, "Copied and verified", "copy", "--from", database.Store, "--to", other.Data);
        Assert.Equal(moved, await StoredTables.OfFileAsync(File(other)));
        await RunAsync(0, "No fault found.", "verify", "--data", other.Data);
        await using (var server = await ServerProcess.StartAsync(other, address, "--data", other.Data))
        {
            using var client = new Party(address, clientToken);
            Assert.Equal(first, await client.PlaceAsync("first", OddRequest));
        }
    }

    [Fact]
    public async Task A_copy_that_was_killed_is_not_served_and_goes_on_where_it_ended()
    {
        await StoredOrders.FillAsync(old.Data, 40_000);
        await KillAsync(database.Store, () => database.ScalarAsync<long>("SELECT position FROM head"), old.Data);
        await RunAsync(1, "half a copy", "--store", database.Store, "--urls", ServerProcess.FreeAddress());
        await RunAsync(1, "half a copy", "verify", "--store", database.Store);
        await RunAsync(1, "half a copy", "token", "issue", "--role", "client", "--name", "client", "--store", database.Store);
        await RunAsync(0, " events already", "copy", "--from", old.Data, "--to", database.Store);
        var rows = await StoredTables.OfFileAsync(File(old));
        Assert.Equal(rows, await StoredTables.OfStoreAsync(database.Store));

        await KillAsync(other.Data, () => Task.FromResult(HeadOf(File(other))), database.Store);
        await RunAsync(1, "half a copy", "--data", other.Data, "--urls", ServerProcess.FreeAddress());
        await RunAsync(1, "half a copy", "verify", "--data", other.Data);
        await RunAsync(0, " events already", "copy", "--from", database.Store, "--to", other.Data);
        Assert.Equal(rows, await StoredTables.OfFileAsync(File(other)));
        await RunAsync(0, "No fault found.", "verify", "--data", other.Data);
    }

    [Fact]
    public async Task A_copy_whose_database_is_lost_meanwhile_says_so_and_goes_on_once_that_is_back()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await postgres.ExecuteAsync("postgres", "CREATE DATABASE shop");
        var store = postgres.StoreOf("shop");
        await StoredOrders.FillAsync(old.Data, 40_000);
        var rows = await StoredTables.OfFileAsync(File(old));

        await LoseAsync(() => HeadOfAsync(store), "copy", "--from", old.Data, "--to", store); // the target
        await RunAsync(1, "half a copy", "--store", store, "--urls", ServerProcess.FreeAddress());
        await RunAsync(0, "Copied and verified", "copy", "--from", old.Data, "--to", store);
        Assert.Equal(rows, await StoredTables.OfStoreAsync(store));

        await LoseAsync(() => Task.FromResult(HeadOf(File(other))), "copy", "--from", store, "--to", other.Data); // the source
        await RunAsync(0, "Copied and verified", "copy", "--from", store, "--to", other.Data);
        Assert.Equal(rows, await StoredTables.OfFileAsync(File(other)));
        await RunAsync(0, "No fault found.", "verify", "--data", other.Data);

        // As a primary that is lost and comes back, or another that takes its place.
        async Task LoseAsync(Func<Task<long>> head, params string[] copy)
        {
            var copying = ServerProcess.RunAsync(old, copy);
            using var patience = new CancellationTokenSource(Deadlines.Patience);
            while (await Try(head) == 0)
            {
                Assert.False(copying.IsCompleted, "it ended before the database was lost");
                patience.Token.ThrowIfCancellationRequested();
            }

            await postgres.StopAsync("QUIT"); // without writing anything: a recovery follows
            var (exitCode, output, errors) = await copying;
            Assert.True(exitCode == 1, output + errors);
            Assert.Contains("was broken off", errors, StringComparison.Ordinal);
            Assert.Contains("Run the same command again: it goes on where it ended.", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
            await postgres.ContinueAsync();
        }

        static async Task<long> HeadOfAsync(string store)
        {
            await using var connection = new Npgsql.NpgsqlConnection(store + ";Pooling=false");
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand("SELECT position FROM head", connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task What_was_written_to_the_source_meanwhile_is_told_and_copied_by_the_same_command()
    {
        await using (var store = await database.OpenStoreAsync())
        {
            await store.RunAsync(StoredOrders.Order(), StoredOrders.Order());
            await using var source = await Server.Storage.Postgres.PostgresRows.OpenAsync(database.Store, "");
            Server.Files.OwnerOnly.MakeFolder(other.Data);
            await using var target = SqliteFilling.OpenFolder(other.Data);
            var copy = new Server.Storage.Deployments.StoreCopy(source, target, TextWriter.Null);
            await copy.CheckAsync();
            await store.RunAsync(StoredOrders.Order());
            var refused = await Assert.ThrowsAsync<StartException>(copy.RunAsync);
            Assert.Contains("was written to meanwhile: 2 events are copied, and it has 3", refused.Message, StringComparison.Ordinal);
        }

        await RunAsync(0, "the first 2 events already", "copy", "--from", database.Store, "--to", other.Data);
        Assert.Equal(await StoredTables.OfStoreAsync(database.Store), await StoredTables.OfFileAsync(File(other)));

        // And once more, when it has gone on after all.
        await using (var store = await database.OpenStoreAsync())
        {
            await store.RunAsync(new ApproveOrderRequest { OrderId = 1 });
        }

        await RunAsync(0, "the first 3 events already", "copy", "--from", database.Store, "--to", other.Data);
        Assert.Equal(await StoredTables.OfStoreAsync(database.Store), await StoredTables.OfFileAsync(File(other)));
    }

    [Fact]
    public async Task A_finished_copy_goes_on_with_what_the_source_has_more_but_not_under_a_running_server()
    {
        await StoredOrders.FillAsync(old.Data, 3);
        await RunAsync(0, "events 3", "copy", "--from", old.Data, "--to", database.Store);
        await StoredOrders.FillAsync(old.Data, 1);
        await using (var store = await database.OpenStoreAsync())
        {
            await RunAsync(1, "Servers are running on", "copy", "--from", old.Data, "--to", database.Store);
            Assert.Equal(3, await store.ReadHeadAsync(default)); // and it goes on, unharmed
        }

        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (await database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ordergrpc'") > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        await RunAsync(0, "the first 3 events already", "copy", "--from", old.Data, "--to", database.Store);
        Assert.Equal(await StoredTables.OfFileAsync(File(old)), await StoredTables.OfStoreAsync(database.Store));
        await RunAsync(0, "the first 4 events already", "copy", "--from", database.Store, "--to", database.Store); // itself: nothing is written
        await RunAsync(0, "No fault found.", "verify", "--store", database.Store);
    }

    /// <summary>How fast it is; to be run by name.</summary>
    [Fact(Explicit = true)]
    public async Task Figures()
    {
        const int orders = 200_000;
        await StoredOrders.FillAsync(old.Data, orders);
        await TimedAsync("to PostgreSQL", "copy", "--from", old.Data, "--to", database.Store);
        await TimedAsync("verify", "verify", "--store", database.Store);
        await TimedAsync("backup", "backup", old.File("copy.db"), "--store", database.Store);
        await TimedAsync("and back", "copy", "--from", database.Store, "--to", other.Data);
        await TimedAsync("verify", "verify", "--data", other.Data);

        async Task TimedAsync(string what, params string[] arguments)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await RunAsync(0, "", arguments);
            Faults.FaultPlan.Print($"{what}: {clock.Elapsed.TotalSeconds:F1} s, {orders / clock.Elapsed.TotalSeconds:F0} orders/s");
        }
    }

    // An order in each state, and one in the place of another.
    private static async Task WorkAsync(Party client, Party supplier)
    {
        foreach (var row in ProcessTable.States)
        {
            var order = await client.PlaceAsync("Order that is " + row.Name, "for " + row.Name);
            foreach (var (role, command) in ProcessTable.WayTo(row.State))
            {
                await (role == Role.Client ? client : supplier).SendAsync(ProcessTable.Request(role, command, order));
                order = await Shop.SeenByAsync(supplier, order.Id);
            }

            if (row.State == Order.Types.State.Cancelled)
            {
                var anew = Requests.Place("once more");
                anew.ReplacesOrderId = order.Id;
                await client.Client.PlaceOrderAsync(anew);
            }
        }
    }

    // Kills the command once it has copied something.
    private async Task KillAsync(string to, Func<Task<long>> head, string from)
    {
        using var copy = ServerProcess.Start(old, "copy", "--from", from, "--to", to);
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (await Try(head) == 0)
        {
            Assert.False(copy.HasExited, "it ended before it was killed");
            patience.Token.ThrowIfCancellationRequested();
        }

        copy.Kill();
        await copy.WaitForExitAsync(patience.Token);
        Assert.InRange(await head(), 1, 39_999);
    }

    // What is asked may not be there yet.
    private static async Task<long> Try(Func<Task<long>> head)
    {
        try
        {
            return await head();
        }
        catch (System.Data.Common.DbException)
        {
            return 0;
        }
    }

    private static long HeadOf(string file)
    {
        using var connection = SqliteFile.Connect(file, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        return connection.Scalar("SELECT coalesce(max(position), 0) FROM log");
    }

    private async Task<string> TokensAsync(params string[] place)
    {
        var listed = await ServerProcess.RunAsync(old, ["token", "list", "--output", "json", .. place]);
        Assert.True(listed.ExitCode == 0, listed.Errors);
        return listed.Output;
    }

    private async Task RunAsync(int exitCode, string says, params string[] arguments)
    {
        var ended = await ServerProcess.RunAsync(old, arguments);
        Assert.True(ended.ExitCode == exitCode, ended.Output + ended.Errors);
        Assert.Contains(says, ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }
}
