using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>What verify finds in a database: as in a file, and where the head is.</summary>
public sealed class PostgresVerifyTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private TestDatabase database = null!;

    // Order 1 has a quote that was sent, 2 was replaced by 3: positions 1 to 7.
    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.MakeAsync();
        var anew = StoredOrders.Order();
        anew.ReplacesOrderId = 2;
        await using var store = await database.OpenStoreAsync();
        await store.RunAsync(StoredOrders.Order(), StoredOrders.Order());
        await store.RunAsync(new ApproveOrderRequest { OrderId = 1 });
        await store.RunAsync(Requests.Draft(1));
        await store.RunAsync(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        await store.RunAsync(new CancelOrderRequest { OrderId = 2 });
        await store.RunAsync(anew);
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("DELETE FROM log WHERE position = 2", "gap")]
    [InlineData("UPDATE log SET position = 9 WHERE position = 7", "gap")]
    [InlineData("UPDATE log SET order_after = (SELECT order_after FROM log WHERE position = 2) WHERE position = 1", "order 1 is not what its events make of it, at position 1")]
    [InlineData("UPDATE log SET event = (SELECT event FROM log WHERE position = 4) WHERE position = 3", "position 3")]
    [InlineData("UPDATE log SET supplier = 'second' WHERE position = 3", "the columns of position 3")]
    [InlineData("UPDATE quote_documents SET document = '\\x0a'", "its digest differs")]
    [InlineData("DELETE FROM quote_documents", "its document is missing")]
    [InlineData("INSERT INTO quote_documents VALUES (2, 1, '\\x00')", "there are 2 quote documents, and the log tells of 1")]
    [InlineData("UPDATE orders SET state = 2 WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("UPDATE orders SET position = 1 WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("DELETE FROM orders WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("INSERT INTO orders SELECT 4, client, supplier, state, client_reference, place_time, update_time, position FROM orders WHERE id = 2; UPDATE head SET last_order = 4", "there are 4 orders, and the log tells of 3")]
    [InlineData("UPDATE log SET event = '\\xff' WHERE position = 3", "cannot be read")]
    [InlineData("UPDATE replacements SET replacement = 1", "order 2 is said to be replaced by order 1, and is not")]
    [InlineData("DELETE FROM replacements", "the table of replacements does not say so")]
    [InlineData("UPDATE head SET position = 8", "the head is at position 8 and order 3, and the log ends at 7 and the orders at 3")]
    [InlineData("CREATE FUNCTION gift() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER gift BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION gift()", "its trigger 'gift' on 'log' is not of this program")]
    public async Task A_planted_fault_is_found(string change, string says)
    {
        Assert.Empty((await VerifyAsync()).Faults);
        await database.ExecuteAsync(change);
        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_tells_what_it_went_through_and_what_it_found()
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "verify", "--store", database.Store);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains($"Database={database.Name}: orders 3, events 7, quote documents 1", output, StringComparison.Ordinal);
        await database.ExecuteAsync("DELETE FROM quote_documents");
        (exitCode, output, errors) = await ServerProcess.RunAsync(folder, new Dictionary<string, string> { ["ORDERGRPC_STORE"] = database.Store }, "verify");
        Assert.Equal((1, ""), (exitCode, errors));
        Assert.Contains("its document is missing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_server_was_started_on_stays_empty()
    {
        await using var empty = await TestDatabase.MakeAsync();
        foreach (var command in new[] { new[] { "verify" }, ["backup", folder.File("copy.db")] })
        {
            var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, [.. command, "--store", empty.Store]);
            Assert.Equal(1, exitCode);
            Assert.Contains("no server has been started on it", errors, StringComparison.Ordinal);
        }

        Assert.Equal(0L, await empty.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private async Task<VerifyResult> VerifyAsync()
    {
        await using var rows = await PostgresRows.OpenAsync(database.Store, "");
        return await new StoreVerifier(rows).RunAsync();
    }
}
