using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>A backup of a database: a file as a server on a file has it, made while servers write.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private TestDatabase database = null!;

    private string Copy => folder.File("copy.db");

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_backup_made_under_load_is_verified_served_copied_and_a_prefix_of_the_log()
    {
        await using var server = await ServerProcess.StartAsync(folder, null, "--store", database.Store, "--max-requests-per-second", "0");
        var load = Load.Start(() => server.Client(), "load", 4, 200);
        await load.IsRunningAsync();
        await RunAsync("", "backup", Copy, "--store", database.Store);
        await RunAsync("No fault found.", "verify", Copy);
        await server.KillAsync();
        await load.HasEndedAsync();

        Assert.Equal("600", PrivateFolder.ModeOf(Copy));
        Assert.Equal([Copy], Directory.GetFiles(folder.Path));
        var (saved, all) = (await StoredTables.OfFileAsync(Copy), await StoredTables.OfStoreAsync(database.Store));
        var log = saved.Where(IsLog).ToList();
        Assert.True(log.Count >= 200);
        Assert.Equal(all.Where(IsLog).Take(log.Count), log);

        await using var empty = await TestDatabase.MakeAsync();
        await RunAsync("keys 0, tokens 0", "copy", "--from", Copy, "--to", empty.Store);
        Assert.Equal(saved, await StoredTables.OfStoreAsync(empty.Store));

        using var restored = new TestFolder();
        OrderGrpc.Server.Files.OwnerOnly.MakeFolder(restored.Data);
        File.Move(Copy, SqliteFile.PathIn(restored.Data));
        await using var other = await ServerProcess.StartAsync(restored, null, "--data", restored.Data);
        using var client = other.Client();
        Assert.Equal(log.Count + 1, (await client.PlaceAsync()).Id);
    }

    [Fact]
    public async Task A_backup_never_replaces_a_file_and_leaves_nothing_where_it_fails()
    {
        await using (var store = await database.OpenStoreAsync())
        {
            await store.RunAsync(StoredOrders.Order());
        }

        await File.WriteAllTextAsync(Copy, "mine");
        await RefusedAsync("exists already", Copy);
        Assert.Equal("mine", await File.ReadAllTextAsync(Copy));
        await RefusedAsync("cannot be written", folder.File("none/copy.db"));
        await database.ExecuteAsync("UPDATE log SET event = '\\xff'");
        File.Delete(Copy);
        await RefusedAsync("cannot be read", Copy);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static bool IsLog(string row) => row.StartsWith("log: ", StringComparison.Ordinal);

    private async Task RunAsync(string says, params string[] arguments)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, arguments);
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string says, string copy)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "backup", copy, "--store", database.Store);
        Assert.True(exitCode == 1, output + errors);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
