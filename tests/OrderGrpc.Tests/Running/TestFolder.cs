using OrderGrpc.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Postgres;

namespace OrderGrpc.Tests.Running;

/// <summary>
/// A folder of its own for one test, removed at its end. With ORDERGRPC_TEST_STORE=postgres the servers
/// on it have orders, keys and tokens in a database of its own instead: the same tests for the other engine.
/// </summary>
public sealed class TestFolder : IDisposable
{
    private readonly Lazy<TestDatabase> database = new(() => TestDatabase.MakeAsync().GetAwaiter().GetResult());

    /// <summary>Whether servers have their orders in PostgreSQL.</summary>
    public static bool OnPostgres { get; } = Environment.GetEnvironmentVariable("ORDERGRPC_TEST_STORE") == "postgres";

    /// <summary>How many servers a test starts that is not about one: over one database they are several, and its callers are spread over them.</summary>
    public static int Servers => OnPostgres ? 3 : 1;

    /// <summary>What --store is, for a server on this folder; empty for none.</summary>
    public string Store => OnPostgres ? database.Value.Store : "";

    public string Path { get; } = Directory.CreateTempSubdirectory("ordergrpc-test-").FullName;

    /// <summary>A server's data folder in it.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>Where the token files go.</summary>
    public string Config => System.IO.Path.Combine(Path, "config");

    /// <summary>Where a server on this folder has all that, as its flags say it.</summary>
    public string[] Place => OnPostgres ? ["--store", Store] : ["--data", Data];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Does something with the keys and tokens of its servers, as another process does.</summary>
    public T Identity<T>(TimeProvider time, Func<SigningKeys, TokenRegistry, ValueTask<T>> use) => IdentityAsync(time, use).GetAwaiter().GetResult();

    private async Task<T> IdentityAsync<T>(TimeProvider time, Func<SigningKeys, TokenRegistry, ValueTask<T>> use)
    {
        await using var store = OnPostgres ? await PostgresIdentity.OpenAsync(new ServerOptions { Store = Store }, time) : new IdentityFolder(Data);
        return await use(await SigningKeys.OpenAsync(store), await TokenRegistry.OpenAsync(store, time));
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (database.IsValueCreated)
        {
            database.Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
