using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Security;

/// <summary>An empty data folder or database, opened as by several processes.</summary>
public sealed class IdentityPlace : IAsyncDisposable
{
    private readonly PrivateFolder folder = new();
    private readonly List<IIdentityStore> opened = [];

    private IdentityPlace(TestDatabase? database) => Database = database;

    /// <summary>The database; null where it is a data folder.</summary>
    public TestDatabase? Database { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    public static async Task<IdentityPlace> MakeAsync(string engine) => new(engine == "database" ? await TestDatabase.MakeAsync() : null);

    /// <summary>As it is before anybody has made a key.</summary>
    public async Task<IIdentityStore> OpenEmptyAsync(string secretFile = "")
    {
        OwnerOnly.MakeFolder(folder[IdentityFolder.Keys]);
        var store = Database is null ? new IdentityFolder(folder.Path)
            : await PostgresIdentity.OpenAsync(new ServerOptions { Store = Database.Store, KeySecretFile = secretFile }, Time);
        lock (opened)
        {
            opened.Add(store);
        }

        return store;
    }

    /// <summary>As one more process finds it.</summary>
    public async Task<Opened> OpenAsync(string secretFile = "")
    {
        var store = await OpenEmptyAsync(secretFile);
        return new Opened(store, await SigningKeys.OpenAsync(store), await TokenRegistry.OpenAsync(store, Time));
    }

    /// <summary>A file beside it, for its owner only.</summary>
    public string Write(string name, string text) => folder.Write(name, text);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in opened)
        {
            await store.DisposeAsync();
        }

        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        folder.Dispose();
    }

    public sealed record Opened(IIdentityStore Store, SigningKeys Keys, TokenRegistry Tokens)
    {
        public TokenIssuer Issuer => new(Keys, Tokens);

        public TokenStanding Standing { get; } = new(Keys, Tokens);
    }
}
