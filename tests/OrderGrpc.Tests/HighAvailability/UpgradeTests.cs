using Grpc.Core;
using Npgsql;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Faults;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>
/// An older server beside a newer one: there is no release yet that a later one could stand beside, so
/// the newer one's step of the schema is made up, and run by the same code as a newer server runs it.
/// </summary>
public sealed class UpgradeTests
{
    private const int StoreFailed = 74;

    [Fact]
    public async Task A_server_goes_on_under_load_when_a_newer_one_takes_a_step_that_it_gets_along_with()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var fleet = await Fleet.StartAsync(database.Store, servers: 2);
        using var load = new Workload(fleet.Connect, seed: 1);
        await load.MoreAsync(100);
        await StepAsync(database, $"-- compatible since {Schema.Scripts.Count}\nALTER TABLE log ADD COLUMN later text; ALTER TABLE orders ADD COLUMN later text; CREATE INDEX orders_by_later ON orders (later);");
        await load.MoreAsync(100);
        await fleet.KillAsync(0);
        await fleet.StartAsync(0);
        await load.MoreAsync(100);
        Assert.Empty(await load.EndAsync());
    }

    [Fact]
    public async Task A_server_ends_when_a_newer_one_takes_a_step_that_it_does_not_get_along_with()
    {
        await using var database = await TestDatabase.MakeAsync();
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--store", database.Store);
        using var client = server.Client();
        await client.PlaceAsync();
        await StepAsync(database, $"-- compatible since {Schema.Scripts.Count + 1}\nALTER TABLE log ADD COLUMN later text;");
        await Assert.ThrowsAsync<RpcException>(() => client.PlaceAsync());
        Assert.Equal(StoreFailed, await server.EndAsync());
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM log"));
        var again = await ServerProcess.RunAsync(folder, "--store", database.Store);
        Assert.Contains("it is from a newer version", again.Errors, StringComparison.Ordinal);
    }

    private static async Task StepAsync(TestDatabase database, string script)
    {
        await using var connection = new NpgsqlConnection(database.Store + ";Pooling=false");
        await connection.OpenAsync();
        await Schema.PrepareAsync(connection, "the database", [.. Schema.Scripts, script]);
    }
}
