using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>Faults planted in the copying itself: whatever does not come over is found before the copy is taken for whole.</summary>
public sealed class CopyFaultTests : IDisposable
{
    private static readonly Dictionary<string, Func<IReadOnlyList<WholeRow>, IReadOnlyList<WholeRow>>> Faults = new()
    {
        ["the last row"] = rows => [.. rows.SkipLast(1)],
        ["a row in the middle"] = rows => [.. rows.Where(row => row.Row.Position != 2)],
        ["a request id"] = rows => Change(rows, row => row with { Request = null }),
        ["the hash of a request"] = rows => Change(rows, row => row with { Request = row.Request! with { Hash = [9] } }),
        ["whose request it is"] = rows => Change(rows, row => row with { Request = row.Request! with { Caller = "client:other" } }),
        ["a document"] = rows => [.. rows.Select(row => row with { Document = null })],
    };

    private readonly TestFolder from = new(), to = new();

    public static TheoryData<string> LeftOut => new("nothing", "the last row", "a row in the middle", "a request id", "the hash of a request", "whose request it is", "a document");

    public void Dispose()
    {
        from.Dispose();
        to.Dispose();
    }

    [Theory]
    [MemberData(nameof(LeftOut))]
    public async Task What_a_copy_of_orders_leaves_out_is_found_and_it_stays_half_a_copy(string leftOut)
    {
        await FillAsync();
        OrderGrpc.Server.Files.OwnerOnly.MakeFolder(to.Data);
        await using (var source = SqliteRows.Open(SqliteFile.PathIn(from.Data)))
        await using (var target = new Forgetful(SqliteFilling.OpenFolder(to.Data), Faults.GetValueOrDefault(leftOut) ?? (rows => rows)))
        {
            var copy = new StoreCopy(source, target, TextWriter.Null);
            await copy.CheckAsync();
            if (leftOut == "nothing")
            {
                Assert.Equal(5, (await copy.RunAsync()).Events);
            }
            else
            {
                var found = await Assert.ThrowsAnyAsync<Exception>(copy.RunAsync);
                Assert.True(found is StartException, found.ToString());
            }
        }

        Assert.Contains("half a copy", Assert.Throws<StartException>(() => SqliteRows.Open(SqliteFile.PathIn(to.Data))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("key")]
    [InlineData("token")]
    [InlineData("revocation")]
    public async Task What_a_copy_of_keys_and_tokens_leaves_out_is_found(string leftOut)
    {
        await using var here = await IdentityPlace.MakeAsync("folder");
        await using var there = await IdentityPlace.MakeAsync("folder");
        var old = await here.OpenAsync();
        await old.Keys.RotateAsync();
        foreach (var name in new[] { "kept", "gone" })
        {
            await old.Issuer.IssueAsync(new Caller(Role.Client, name));
        }

        await old.Tokens.RevokeAsync(old.Tokens.Tokens.Single(token => token.Caller.Name == "gone").Id);
        using var empty = new PrivateFolder();
        OrderGrpc.Server.Files.OwnerOnly.MakeFolder(empty[IdentityFolder.Keys]);
        var copy = new IdentityCopy(old.Store, new ForgetfulIdentity(new IdentityFolder(empty.Path), leftOut));
        if (leftOut == "nothing")
        {
            Assert.Equal((2, 2), await copy.RunAsync());
        }
        else
        {
            Assert.Contains("The target does not have", (await Assert.ThrowsAsync<StartException>(copy.RunAsync)).Message, StringComparison.Ordinal);
        }
    }

    // Five rows: one has a request id, one a document.
    private async Task FillAsync()
    {
        OrderGrpc.Server.Files.OwnerOnly.MakeFolder(from.Data);
        using var store = new SqliteOrderStore(from.Data);
        await store.RunAsync(StoredOrders.Order());
        await store.RunAsync(new ApproveOrderRequest { OrderId = 1 });
        await store.RunAsync(Requests.Draft(1));
        await store.RunAsync(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        await store.RunAsync(StoredOrders.Order(), "with an id");
    }

    private static IReadOnlyList<WholeRow> Change(IReadOnlyList<WholeRow> rows, Func<WholeRow, WholeRow> change) => [.. rows.Select(row => row.Request is null ? row : change(row))];

    /// <summary>A target that does not keep what it is given.</summary>
    private sealed class Forgetful(IStoreFilling target, Func<IReadOnlyList<WholeRow>, IReadOnlyList<WholeRow>> fault) : IStoreFilling
    {
        public string Name => target.Name;

        public ValueTask<IStoredRows> ReadAsync() => target.ReadAsync();

        public ValueTask BeginAsync() => target.BeginAsync();

        public ValueTask AppendAsync(IReadOnlyList<WholeRow> rows) => target.AppendAsync(fault(rows));

        public ValueTask FinishAsync() => target.FinishAsync();

        public string? Explain(Exception failure) => target.Explain(failure);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }

    /// <summary>A store of keys and tokens that leaves something out.</summary>
    private sealed class ForgetfulIdentity(IIdentityStore target, string leftOut) : IIdentityStore
    {
        public TimeSpan? Trust => target.Trust;

        public ValueTask<IdentityMark> LookAsync() => target.LookAsync();

        public ValueTask PrepareAsync() => target.PrepareAsync();

        public ValueTask<IReadOnlyList<SymmetricSecurityKey>> ReadKeysAsync(IReadOnlyDictionary<string, SymmetricSecurityKey> known) => target.ReadKeysAsync(known);

        public ValueTask<string> AddKeyAsync() => target.AddKeyAsync();

        public ValueTask TakeKeyAsync(SymmetricSecurityKey key) => leftOut == "key" ? default : target.TakeKeyAsync(key);

        public ValueTask RemoveKeyAsync(string id) => target.RemoveKeyAsync(id);

        public ValueTask<int> EncryptKeysAsync() => target.EncryptKeysAsync();

        public ValueTask<IReadOnlyDictionary<string, TokenRecord>> ReadTokensAsync(IReadOnlyDictionary<string, TokenRecord> known, string? seen) => target.ReadTokensAsync(known, seen);

        public ValueTask AddTokenAsync(TokenRecord token) => leftOut == "token" ? default : target.AddTokenAsync(token);

        public ValueTask<bool> RevokeTokenAsync(string id, DateTimeOffset at) => leftOut == "revocation" ? new(true) : target.RevokeTokenAsync(id, at);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }
}
