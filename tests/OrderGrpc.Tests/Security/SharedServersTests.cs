using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>Whole servers over one database, each with a home of its own, by the system's clock.</summary>
public sealed class SharedServersTests : IAsyncLifetime
{
    private readonly TestFolder here = new(), there = new();
    private readonly StringWriter notes = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await notes.DisposeAsync();
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public async Task Two_that_start_at_once_on_an_empty_database_make_one_key_and_each_home_its_two_tokens()
    {
        var servers = await Task.WhenAll(StartAsync(here), StartAsync(there));
        await using var one = servers[0];
        await using var other = servers[1];

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));
        Assert.Equal(4L, await database.ScalarAsync<long>("SELECT count(*) FROM tokens"));
        Assert.Equal(2, Directory.GetFiles(here.Config).Length);
        Assert.False(Directory.Exists(here.Data) || Directory.Exists(there.Data));
        foreach (var file in Directory.GetFiles(here.Config, "*.client.token").Concat(Directory.GetFiles(there.Config, "*.client.token")))
        {
            using var atOne = new Party(one.Addresses.Single(), (await File.ReadAllTextAsync(file)).Trim());
            using var atOther = new Party(other.Addresses.Single(), (await File.ReadAllTextAsync(file)).Trim());
            var order = await atOne.PlaceAsync();
            Assert.Equal("client", (await atOther.Query.GetOrderAsync(new GetOrderRequest { OrderId = order.Id })).Order.Client);
        }
    }

    [Fact]
    public async Task What_is_revoked_at_the_command_line_ends_its_watches_on_all_servers_and_a_start_makes_no_other_in_its_place()
    {
        var one = await StartAsync(here);
        await using var other = await StartAsync(there);
        var token = (await File.ReadAllTextAsync(Directory.GetFiles(here.Config, "*.client.token").Single())).Trim();
        using var atOne = new Party(one.Addresses.Single(), token);
        using var atOther = new Party(other.Addresses.Single(), token);
        using var first = new Watch(atOne, new WatchOrdersRequest { Beginning = true });
        using var second = new Watch(atOther, new WatchOrdersRequest { Beginning = true });
        await first.NextAsync();
        await second.NextAsync();

        var revoked = await ServerProcess.RunAsync(here, "token", "revoke", new JsonWebToken(token).Id, "--store", database.Store);
        Assert.Equal((0, "Revoked.\n"), (revoked.ExitCode, revoked.Errors));
        Assert.Equal("TOKEN_REVOKED", Refused.Of(await first.ErrorAsync()).Reason);
        Assert.Equal("TOKEN_REVOKED", Refused.Of(await second.ErrorAsync()).Reason);

        var address = one.Addresses.Single();
        await one.DisposeAsync();
        await using var again = await StartAsync(here, options => options.Urls = address);
        Assert.Contains("was revoked, and no other is made", notes.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_one_server_made_is_taken_by_the_others_until_it_is_revoked_at_the_command_line()
    {
        await using var one = await StartAsync(here);
        await using var other = await StartAsync(there);
        using var client = new Party(one.Addresses.Single(), (await File.ReadAllTextAsync(Directory.GetFiles(here.Config, "*.client.token").Single())).Trim());
        var order = await client.PlaceAsync();
        var link = (await client.Client.CreateOrderLinkAsync(new CreateOrderLinkRequest { OrderId = order.Id })).Token;
        using var atOther = new Party(other.Addresses.Single(), link);
        using var watch = new Watch(atOther, new WatchOrdersRequest { Beginning = true });
        Assert.Equal(order.Id, (await watch.NextAsync()).Event.Order.Id);
        await atOther.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = order.Id });

        var revoked = await ServerProcess.RunAsync(here, "token", "revoke-links", "1", "--store", database.Store);
        Assert.Equal((0, "All links of order 1 that were made so far are refused.\n"), (revoked.ExitCode, revoked.Errors));
        Assert.Equal("TOKEN_REVOKED", Refused.Of(await watch.ErrorAsync()).Reason);
    }

    [Fact]
    public async Task Without_a_home_to_write_in_a_server_says_how_to_have_tokens_and_goes_on()
    {
        await File.WriteAllTextAsync(here.Config, "in the way");
        await using var server = await StartAsync(here);
        Assert.Contains("No token files are made", notes.ToString(), StringComparison.Ordinal);
        Assert.Contains("server token issue --role client", notes.ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM tokens"));

        var issued = await ServerProcess.RunAsync(there, "token", "issue", "--role", "client", "--name", "acme", "--store", database.Store);
        using var acme = new Party(server.Addresses.Single(), issued.Output.Trim());
        Assert.Equal("acme", (await acme.PlaceAsync()).Client);
    }

    [Fact]
    public async Task Servers_share_keys_that_the_database_has_encrypted_and_one_without_the_secret_does_not_start()
    {
        var secret = here.File("secret");
        using (var file = OrderGrpc.Server.Files.OwnerOnly.Open(secret, FileMode.CreateNew))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        }

        await using var one = await StartAsync(here, options => options.KeySecretFile = secret);
        await using var other = await StartAsync(there, options => options.KeySecretFile = secret);
        using var client = new Party(other.Addresses.Single(), (await File.ReadAllTextAsync(Directory.GetFiles(here.Config, "*.client.token").Single())).Trim());
        Assert.Equal(1, (await client.PlaceAsync()).Id);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM signing_keys WHERE sealed_by IS NULL"));

        var refused = await Assert.ThrowsAsync<StartException>(() => StartAsync(there));
        Assert.Contains("Name the file with their secret: --key-secret-file FILE", refused.Message, StringComparison.Ordinal);
    }

    private Task<ServerHost> StartAsync(TestFolder home, Action<ServerOptions>? configure = null)
    {
        var options = new ServerOptions { Data = home.Data, Store = database.Store, Urls = "http://127.0.0.1:0", LogLevel = LogLevel.Error };
        configure?.Invoke(options);
        return ServerHost.StartAsync(options, TimeProvider.System, home.Config, notes, CancellationToken.None);
    }
}
