namespace OrderGrpc.Tests.Running;

/// <summary>
/// A folder of its own for one test, removed at its end. With ORDERGRPC_TEST_STORE=postgres the servers
/// on it have their orders in a database of its own instead: the same tests for the other engine.
/// </summary>
public sealed class TestFolder : IDisposable
{
    private readonly Lazy<TestDatabase> database = new(() => TestDatabase.MakeAsync().GetAwaiter().GetResult());

    /// <summary>Whether servers have their orders in PostgreSQL.</summary>
    public static bool OnPostgres { get; } = Environment.GetEnvironmentVariable("ORDERGRPC_TEST_STORE") == "postgres";

    /// <summary>What --store is, for a server on this folder; empty for none.</summary>
    public string Store => OnPostgres ? database.Value.Store : "";

    public string Path { get; } = Directory.CreateTempSubdirectory("ordergrpc-test-").FullName;

    /// <summary>A server's data folder in it.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>Where the token files go.</summary>
    public string Config => System.IO.Path.Combine(Path, "config");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (database.IsValueCreated)
        {
            database.Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
