using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage;

/// <summary>What verify holds the table of replacements against.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    private string Database => SqliteFile.PathIn(folder.Data);

    // Order 1 was replaced by 2. Orders 3 and 4 are others.
    public async ValueTask InitializeAsync()
    {
        OwnerOnly.MakeFolder(folder.Data);
        var anew = StoredOrders.Order();
        anew.ReplacesOrderId = 1;
        using var store = new SqliteOrderStore(folder.Data);
        await store.RunAsync(StoredOrders.Order());
        await store.RunAsync(new CancelOrderRequest { OrderId = 1 }, anew, StoredOrders.Order(), StoredOrders.Order());
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What is wrong with a file.</summary>
    internal static async Task<IReadOnlyList<string>> FaultsOfAsync(string file)
    {
        await using var rows = SqliteRows.Open(file);
        return (await new StoreVerifier(rows).RunAsync()).Faults;
    }

    [Fact]
    public async Task A_sound_file_has_no_fault() => Assert.Empty(await FaultsOfAsync(Database));

    [Theory]
    [InlineData("UPDATE replacements SET replacement = 3", "order 1 is said to be replaced by order 3, and is not")]
    [InlineData("UPDATE replacements SET replacement = 99", "order 1 is said to be replaced by order 99, and is not")]
    [InlineData("INSERT INTO replacements VALUES (3, 2)", "order 3 is said to be replaced by order 2, and is not")]
    [InlineData("INSERT INTO replacements VALUES (98, 99)", "order 98 is said to be replaced by order 99, and is not")]
    [InlineData("DELETE FROM replacements", "order 2 was placed in the place of order 1, and the table of replacements does not say so")]
    [InlineData("UPDATE orders SET client = 'other' WHERE id = 1", "order 1 is said to be replaced by order 2, and is not")]
    public async Task A_replacement_that_is_not_what_the_log_tells_is_a_fault(string sql, string fault)
    {
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        Assert.Contains(fault, await FaultsOfAsync(Database));
    }
}
