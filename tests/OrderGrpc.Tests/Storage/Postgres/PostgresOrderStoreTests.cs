using OrderGrpc.Server.Storage;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage.Postgres;

/// <summary>What every store promises, of the one that several servers share.</summary>
public sealed class PostgresOrderStoreTests : OrderStoreTests
{
    private TestDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    protected override async Task<IStoreEngine> OpenAsync()
    {
        database = await TestDatabase.MakeAsync();
        return await database.OpenStoreAsync();
    }
}
