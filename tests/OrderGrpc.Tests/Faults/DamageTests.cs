using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

/// <summary>Damage that SQLite itself does not see, each found by server verify.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    private string Database => Path.Combine(folder.Data, "orders.db");

    /// <summary>Two orders, of which one has a quote that was sent: positions 1 to 5.</summary>
    public async ValueTask InitializeAsync()
    {
        var options = new OrderGrpc.Server.ServerOptions { Data = folder.Data, Urls = "http://127.0.0.1:0" };
        await using var host = await OrderGrpc.Server.ServerHost.StartAsync(options, TimeProvider.System, folder.Config, TextWriter.Null, CancellationToken.None);
        using var client = new Party(host.Addresses.Single(), Token("client"));
        using var supplier = new Party(host.Addresses.Single(), Token("supplier"));
        await client.PlaceAsync("one");
        await client.PlaceAsync("two");
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = 1 });
        await supplier.Supplier.DraftQuoteAsync(Requests.Draft(1));
        await supplier.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("DELETE FROM log WHERE position = 2", "gap")]
    [InlineData("UPDATE log SET position = 9 WHERE position = 5", "gap")]
    [InlineData("UPDATE log SET order_after = (SELECT order_after FROM log WHERE position = 2) WHERE position = 1", "order 1 is not what its events make of it, at position 1")]
    [InlineData("UPDATE log SET event = (SELECT event FROM log WHERE position = 4) WHERE position = 3", "position 3")]
    [InlineData("UPDATE log SET supplier = 'second' WHERE position = 3", "the columns of position 3")]
    [InlineData("UPDATE quote_documents SET document = x'0a'", "its digest differs")]
    [InlineData("DELETE FROM quote_documents", "its document is missing")]
    [InlineData("INSERT INTO quote_documents VALUES (2, 1, x'00')", "there are 2 quote documents, and the log tells of 1")]
    [InlineData("UPDATE orders SET state = 2 WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("UPDATE orders SET position = 1 WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("DELETE FROM orders WHERE id = 2", "the row of order 2 does not agree")]
    [InlineData("INSERT INTO orders SELECT 3, client, supplier, state, client_reference, place_time, update_time, position FROM orders WHERE id = 2", "there are 3 orders, and the log tells of 2")]
    [InlineData("UPDATE log SET event = x'ff' WHERE position = 3", "cannot be read")]
    public async Task Verify_finds_what_was_changed(string change, string says)
    {
        Assert.Empty(await VerifyTests.FaultsOfAsync(Database));
        using (var connection = SqliteFile.Connect(Database, SqliteOpenMode.ReadWrite))
        {
            connection.Execute(change);
        }

        Assert.Contains(await VerifyTests.FaultsOfAsync(Database), fault => fault.Contains(says, StringComparison.Ordinal));
    }

    private string Token(string role) => File.ReadAllText(Directory.GetFiles(folder.Config, $"*.{role}.token", SearchOption.AllDirectories).Single()).Trim();
}
