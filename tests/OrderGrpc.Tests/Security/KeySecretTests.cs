using System.Security.Cryptography;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>Signing keys in a database, encrypted under a secret that it does not hold.</summary>
public sealed class KeySecretTests : IAsyncLifetime
{
    private static readonly string First = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string Second = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private IdentityPlace place = null!;

    public async ValueTask InitializeAsync() => place = await IdentityPlace.MakeAsync("database");

    public ValueTask DisposeAsync() => place.DisposeAsync();

    [Fact]
    public async Task With_a_secret_no_key_is_in_the_database_as_it_is()
    {
        var keys = (await place.OpenAsync(place.Write("secret", First + "\n"))).Keys;
        await keys.RotateAsync();

        Assert.Equal(2L, await place.Database!.ScalarAsync<long>("SELECT count(*) FROM signing_keys WHERE sealed_by IS NOT NULL AND octet_length(secret) = 60"));
        foreach (var id in keys.Ids)
        {
            var stored = await place.Database.ScalarAsync<byte[]>($"SELECT secret FROM signing_keys WHERE id = '{id}'");
            Assert.DoesNotContain(Convert.ToHexString(keys.Known(id)!.Key), Convert.ToHexString(stored), StringComparison.Ordinal);
        }

        var again = (await place.OpenAsync(place.Write("secret", First))).Keys;
        Assert.Equal(keys.Newest.Key, again.Newest.Key);
    }

    [Fact]
    public async Task Without_its_secret_or_with_another_they_cannot_be_read_and_the_message_says_what_to_do()
    {
        await place.OpenAsync(place.Write("secret", First));

        await RefusedAsync("", "are encrypted", "--key-secret-file FILE");
        await RefusedAsync(place.Write("other", Second), "is encrypted under the secret", "Name the file with that secret");
    }

    [Fact]
    public async Task A_key_that_was_put_there_is_not_taken()
    {
        var id = (await place.OpenAsync(place.Write("secret", First))).Keys.Newest.KeyId;

        await place.Database!.ExecuteAsync("INSERT INTO signing_keys VALUES ('2-00000000', decode(repeat('41', 32), 'hex'), NULL)");
        await RefusedAsync(place.Write("secret", First), "2-00000000 is not encrypted", "encrypt-keys");

        // The bytes of another key under its id: each is encrypted for its own.
        await place.Database.ExecuteAsync($"UPDATE signing_keys SET (secret, sealed_by) = (SELECT secret, sealed_by FROM signing_keys WHERE id = '{id}') WHERE id = '2-00000000'");
        await RefusedAsync(place.Write("secret", First), "2-00000000 is not what was encrypted");
    }

    [Fact]
    public async Task A_key_that_a_running_server_cannot_read_hides_no_revocation()
    {
        var server = await place.OpenAsync(place.Write("secret", First));
        var token = await server.Tokens.IssueAsync(new Caller(Role.Client, "acme"), null, server.Keys.Newest.KeyId);
        await place.Database!.ExecuteAsync("INSERT INTO signing_keys VALUES ('2-00000000', decode(repeat('41', 32), 'hex'), NULL); UPDATE identity SET key_changes = key_changes + 1");
        await (await TokenRegistry.OpenAsync(server.Store, place.Time)).RevokeAsync(token.Id);

        await Assert.ThrowsAsync<StartException>(() => server.Standing.RefreshAsync().AsTask());

        Assert.NotNull(server.Tokens.Known(token.Id)!.Revoked);
        Assert.Single(server.Keys.Ids);
    }

    [Fact]
    public async Task Keys_that_were_there_before_the_secret_are_encrypted_on_demand_and_sign_as_before()
    {
        var before = (await place.OpenAsync()).Keys.Newest;
        var file = place.Write("secret", First);
        await RefusedAsync(file, "encrypt-keys");

        await EncryptAsync(file, 1);
        await EncryptAsync(file, 0);

        Assert.Equal(before.Key, (await place.OpenAsync(file)).Keys.Newest.Key);
        await RefusedAsync("", "are encrypted");
    }

    [Fact]
    public async Task A_secret_is_replaced_while_servers_run()
    {
        var (first, both, second) = (place.Write("first", First), place.Write("both", $"{Second}\n{First}\n"), place.Write("second", Second));
        var key = (await place.OpenAsync(first)).Keys.Newest;
        var server = await place.OpenAsync(both);
        await RefusedAsync(second, "is encrypted under the secret");

        await EncryptAsync(both, 1);
        var added = await (await place.OpenAsync(second)).Keys.RotateAsync();
        await server.Standing.RefreshAsync();

        Assert.Equal(key.Key, server.Keys.Known(key.KeyId)!.Key);
        Assert.Equal(key.Key, (await place.OpenAsync(second)).Keys.Known(key.KeyId)!.Key);
        Assert.Equal(added, server.Keys.Newest.KeyId);
        await RefusedAsync(first, "is encrypted under the secret");
    }

    [Theory]
    [InlineData("", "has 0 lines")]
    [InlineData("secret", "line 1 is not 32 bytes in base64")]
    [InlineData("c2hvcnQ=", "line 1 is not 32 bytes in base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nnext", "line 2 is not 32 bytes in base64")]
    public void A_file_that_holds_no_secret_is_refused_with_how_to_make_one(string text, string says)
    {
        var path = place.Write("secret", text);
        var refused = Assert.Throws<StartException>(() => KeySecret.Read(path));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand -base64 32", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_or_that_others_can_read_is_refused()
    {
        var path = place.Write("secret", First);
        Assert.Contains("--key-secret-file", Assert.Throws<StartException>(() => KeySecret.Read(path + "x")).Message, StringComparison.Ordinal);
        PrivateFolder.Widen(path, UnixFileMode.OtherRead);
        Assert.Contains($"chmod o= '{path}'", Assert.Throws<StartException>(() => KeySecret.Read(path)).Message, StringComparison.Ordinal);
    }

    private async Task EncryptAsync(string file, int count)
    {
        await using var store = await OrderGrpc.Server.Storage.Postgres.PostgresIdentity.OpenAsync(new ServerOptions { Store = place.Database!.Store, KeySecretFile = file }, place.Time);
        Assert.Equal(count, await store.EncryptKeysAsync());
    }

    private async Task RefusedAsync(string file, params string[] says)
    {
        var refused = await Assert.ThrowsAsync<StartException>(() => place.OpenAsync(file));
        Assert.All(says, words => Assert.Contains(words, refused.Message, StringComparison.Ordinal));
    }
}
