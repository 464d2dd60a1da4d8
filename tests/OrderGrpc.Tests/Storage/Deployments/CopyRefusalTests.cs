using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>What is not copied: a message that says why and what to do, and nothing written.</summary>
public sealed class CopyRefusalTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.MakeAsync();
        await StoredOrders.FillAsync(folder.Data, 5);
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_target_with_orders_of_its_own_is_left_as_it_is()
    {
        await using (var store = await database.OpenStoreAsync())
        {
            var another = StoredOrders.Order();
            another.ClientReference = "of its own";
            await store.RunAsync(another);
        }

        var before = await StoredTables.OfStoreAsync(database.Store);
        await RefusedAsync(folder.Data, database.Store, "is not empty, and is not how", "position 1 is another", "Name an empty folder or database");
        Assert.Equal(before, await StoredTables.OfStoreAsync(database.Store));
        await (await database.OpenStoreAsync()).DisposeAsync(); // and a server starts on it

        // The other way round: it has more than the source.
        await RunAsync("copy", "--from", folder.Data, "--to", folder.File("copy"));
        await StoredOrders.FillAsync(folder.File("copy"), 1);
        await RefusedAsync(folder.Data, folder.File("copy"), "position 6 is another");
    }

    [Fact]
    public async Task A_target_that_a_server_was_started_on_has_a_key_of_its_own()
    {
        using var other = new TestFolder();
        await using (var server = await ServerProcess.StartAsync(other, null, "--store", database.Store))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        await using (var server = await ServerProcess.StartAsync(folder, null, "--data", folder.Data))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        await RefusedAsync(folder.Data, database.Store, "has keys or tokens of its own", "Name an empty folder or database");
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT position FROM head"));
    }

    [Fact]
    public async Task A_source_that_a_server_runs_on_is_not_copied()
    {
        await using var server = await ServerProcess.StartAsync(folder, null, "--data", folder.Data);
        await RefusedAsync(folder.Data, database.Store, "Another server is using the data folder");
    }

    [Theory]
    [InlineData("UPDATE log SET supplier = 'second' WHERE position = 3", "the columns of position 3 are not those of its event")]
    [InlineData("DELETE FROM log WHERE position = 3", "it has a gap")]
    [InlineData("PRAGMA user_version = 99", "has schema 99, and this program knows ")]
    [InlineData("PRAGMA application_id = 1", "a SQLite file of another program")]
    [InlineData("CREATE VIEW more AS SELECT 1", "its view 'more' is not of this program")]
    public async Task A_source_that_is_not_sound_or_not_ours_is_not_copied(string change, string says)
    {
        using (var connection = SqliteFile.Connect(SqliteFile.PathIn(folder.Data), SqliteOpenMode.ReadWrite))
        {
            connection.Execute(change);
        }

        await RefusedAsync(folder.Data, database.Store, says);
        await (await database.OpenStoreAsync()).DisposeAsync(); // not even half a copy
        Assert.Empty(await StoredTables.OfStoreAsync(database.Store));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_neither_source_nor_target()
    {
        await (await database.OpenStoreAsync()).DisposeAsync();
        await database.ExecuteAsync("UPDATE head SET schema_version = 90, compatible_since = 89");
        await RefusedAsync(database.Store, folder.File("copy"), "has schema 90", "Start that version");
        await RefusedAsync(folder.Data, database.Store, "has schema 90", "Start that version");
        await database.ExecuteAsync("UPDATE head SET compatible_since = 1"); // a server could run beside it, and a copy writes less than it has
        await RefusedAsync(folder.Data, database.Store, "has schema 90", "Start that version");
    }

    [Fact]
    public async Task What_is_named_wrong_is_told()
    {
        await RefusedAsync(folder.File("none"), database.Store, "There is no ");
        await RefusedAsync(database.Store, folder.File("copy"), "no server has been started on it");
        await RefusedAsync(folder.Data, SqliteFile.PathIn(folder.Data), "a copy goes to a data folder or a database", "server backup");
        await RefusedAsync(folder.Data, folder.Data, "Another server is using the data folder");
        await RefusedAsync(folder.Data, database.Store + ";Password=secret", "--to has a password", "--to-password-file");
        await RefusedAsync(folder.Data, "Host=127.0.0.1;Port=1;Database=x", "cannot be reached");
        await RefusedAsync(folder.Data, "Host=a;Colour=red", "is not a connection string that can be used");
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, "copy", "--from", folder.Data, "--to", folder.File("copy"), "--to-password-file", "x");
        Assert.Equal(1, exitCode);
        Assert.Contains("--to-password-file is for a database", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("copy")));
    }

    private async Task RefusedAsync(string from, string to, params string[] says)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "copy", "--from", from, "--to", to);
        Assert.True(exitCode == 1, output + errors);
        Assert.StartsWith("server: ", errors, StringComparison.Ordinal);
        Assert.All(says, part => Assert.Contains(part, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors, StringComparison.Ordinal);
    }

    private async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, arguments);
        Assert.True(exitCode == 0, output + errors);
    }
}
