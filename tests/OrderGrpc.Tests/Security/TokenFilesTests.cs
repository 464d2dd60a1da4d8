using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class TokenFilesTests : IDisposable
{
    private readonly PrivateFolder root = new();
    private readonly StringWriter notes = new();

    private string Config => root["config", "ordergrpc"];

    public void Dispose()
    {
        notes.Dispose();
        root.Dispose();
    }

    [Theory]
    [InlineData("http://127.0.0.1:8803", "localhost_8803.client.token")]
    [InlineData("http://localhost:8803", "localhost_8803.client.token")]
    [InlineData("http://[::1]:8803", "localhost_8803.client.token")]
    [InlineData("http://0.0.0.0:8803", "localhost_8803.client.token")]
    [InlineData("http://[::]:8803", "localhost_8803.client.token")]
    [InlineData("https://*:443", "localhost_443.client.token")]
    [InlineData("https://+:443", "localhost_443.client.token")]
    [InlineData("https://Orders.Example.COM", "orders.example.com_443.client.token")]
    [InlineData("http://orders.example.com", "orders.example.com_80.client.token")]
    [InlineData("http://10.0.0.7:1", "10.0.0.7_1.client.token")]
    [InlineData("http://[fe80::1]:8803", "-fe80--1-_8803.client.token")]
    [InlineData("http://we_ird~:8803", "we-ird-_8803.client.token")]
    public void A_file_is_named_by_host_port_and_role(string address, string name) =>
        Assert.Equal(name, TokenFiles.NameOf(address, Role.Client));

    [Fact]
    public async Task Each_address_has_a_client_and_a_supplier_token_that_only_the_owner_can_read()
    {
        var files = await EnsureAsync("http://127.0.0.1:8803", "http://[::1]:8803", "http://10.0.0.7:8803");

        Assert.Equal(
            ["localhost_8803.client.token", "localhost_8803.supplier.token", "10.0.0.7_8803.client.token", "10.0.0.7_8803.supplier.token"],
            files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal("700", PrivateFolder.ModeOf(Config));
        Assert.All(files, file => Assert.Equal("600", PrivateFolder.ModeOf(file.Path)));
        Assert.Equal(["client", "shop", "client", "shop"], files.Select(file => Read(file.Path).Subject));
        Assert.Equal(4, Directory.GetFiles(Config).Length);
    }

    [Fact]
    public async Task The_next_start_keeps_the_tokens()
    {
        var file = (await EnsureAsync("http://127.0.0.1:8803"))[0].Path;
        var token = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        await EnsureAsync("http://127.0.0.1:8803");

        Assert.Equal(token, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    public static TheoryData<string> Spoilers => ["retired", "garbage", "empty", "other role", "other name", "readable"];

    [Theory]
    [MemberData(nameof(Spoilers))]
    public async Task A_token_that_the_server_would_refuse_or_others_may_have_read_is_replaced(string spoiler)
    {
        var files = await EnsureAsync("http://127.0.0.1:8803");
        var (client, supplier) = (files[0].Path, files[1].Path);
        var before = Read(client).Id;
        var keys = SigningKeys.Open(root.Path);
        switch (spoiler)
        {
            case "retired": keys.Rotate(); keys.Retire(keys.Ids[0]); break;
            case "garbage": File.WriteAllText(client, "garbage"); break;
            case "empty": File.WriteAllText(client, ""); break;
            case "other role": File.Copy(supplier, client, overwrite: true); break;
            case "other name": File.WriteAllText(client, new TokenIssuer(keys, Registry()).Issue(new Caller(Role.Client, "other"))); break;
            case "readable": PrivateFolder.Widen(client, UnixFileMode.OtherRead); break;
        }

        await EnsureAsync("http://127.0.0.1:8803");

        var after = Read(client);
        Assert.NotEqual(before, after.Id);
        Assert.Equal("client", after.Subject);
        Assert.Equal("600", PrivateFolder.ModeOf(client));
    }

    [Fact]
    public async Task A_token_that_was_revoked_stays_so_and_the_line_says_how_to_have_another()
    {
        var files = await EnsureAsync("http://127.0.0.1:8803");
        Registry().Revoke(Read(files[0].Path).Id);
        var before = await File.ReadAllTextAsync(files[0].Path, TestContext.Current.CancellationToken);

        Assert.Equal([files[1]], await EnsureAsync("http://127.0.0.1:8803"));
        Assert.Equal(before, await File.ReadAllTextAsync(files[0].Path, TestContext.Current.CancellationToken));
        Assert.Contains($"server token issue --role client --name 'client' --out '{files[0].Path}'", notes.ToString(), StringComparison.Ordinal);

        File.Delete(files[0].Path);
        Assert.Equal([files[1]], await EnsureAsync("http://127.0.0.1:8803"));
        Assert.False(File.Exists(files[0].Path));
        Assert.Single(Registry().Tokens, token => token.Caller.Role == Role.Client);
    }

    [Fact]
    public async Task A_token_that_others_could_read_is_revoked_as_well()
    {
        var file = (await EnsureAsync("http://127.0.0.1:8803"))[0].Path;
        var before = Read(file).Id;
        PrivateFolder.Widen(file, UnixFileMode.GroupRead);

        await EnsureAsync("http://127.0.0.1:8803");

        Assert.NotNull(Registry().Find(before)!.Revoked);
        Assert.Null(Registry().Find(Read(file).Id)!.Revoked);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_token_file_is_replaced_and_not_followed()
    {
        Directory.CreateDirectory(Config);
        File.CreateSymbolicLink(root["config", "ordergrpc", "localhost_8803.client.token"], root["elsewhere"]);

        var file = (await EnsureAsync("http://127.0.0.1:8803"))[0].Path;

        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal("600", PrivateFolder.ModeOf(file));
        Assert.False(File.Exists(root["elsewhere"]));
    }

    [Fact]
    public async Task A_folder_or_a_link_to_one_that_is_somebody_elses_is_refused()
    {
        Directory.CreateDirectory(root["config"]);
        Directory.CreateDirectory(root["theirs"]);
        Owners.Give(root["theirs"]);
        File.CreateSymbolicLink(Config, root["theirs"]);
        Assert.Contains("another user", (await Assert.ThrowsAsync<StartException>(() => EnsureAsync("http://127.0.0.1:8803"))).Message, StringComparison.Ordinal);
        File.Delete(Config);
        Directory.CreateDirectory(root["ours"]);
        File.CreateSymbolicLink(Config, root["ours"]);
        Owners.Give(Config);
        Assert.Contains("another user", (await Assert.ThrowsAsync<StartException>(() => EnsureAsync("http://127.0.0.1:8803"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(root["theirs"]));
        Assert.Empty(Directory.GetFiles(root["ours"]));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8803", LocalTokens.Auto, true)]
    [InlineData("http://localhost:8803;https://[::1]:1", LocalTokens.Auto, true)]
    [InlineData("https://0.0.0.0:8803", LocalTokens.Auto, false)]
    [InlineData("http://127.0.0.1:8803;https://10.0.0.7:8803", LocalTokens.Auto, false)]
    [InlineData("https://0.0.0.0:8803", LocalTokens.On, true)]
    [InlineData("http://127.0.0.1:8803", LocalTokens.Off, false)]
    public void Token_files_are_made_on_loopback_or_where_they_are_asked_for(string urls, LocalTokens told, bool made) =>
        Assert.Equal(made, StartRules.WantsLocalTokens(new ServerOptions { Urls = urls, LocalTokens = told }));

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_clear_error()
    {
        await File.WriteAllTextAsync(root["config"], "in the way", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<StartException>(() => EnsureAsync("http://127.0.0.1:8803"));
        Assert.Contains("XDG_CONFIG_HOME", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_they_are_not_needed_a_folder_that_cannot_be_written_is_told_and_no_token_is_made_that_nobody_gets()
    {
        await File.WriteAllTextAsync(root["config"], "in the way", TestContext.Current.CancellationToken);
        var files = new TokenFiles(SigningKeys.Open(root.Path), Registry(), Config, notes, needed: false);
        Assert.Empty(await files.EnsureAsync(["http://127.0.0.1:8803"], "shop"));
        File.Delete(root["config"]);
        Directory.CreateDirectory(root["config"]);
        Directory.CreateDirectory(Config);
        Owners.Give(Config);
        Assert.Empty(await files.EnsureAsync(["http://127.0.0.1:8803"], "shop"));

        Assert.Contains($"No token files are made in {Config}", notes.ToString(), StringComparison.Ordinal);
        Assert.Contains("server token issue --role client --name client --out FILE, and --role supplier --name 'shop'", notes.ToString(), StringComparison.Ordinal);
        Assert.Empty(Registry().Tokens);
    }

    private static JsonWebToken Read(string path) => new(File.ReadAllText(path).Trim());

    private TokenRegistry Registry() => TokenRegistry.Open(root.Path, TimeProvider.System);

    private Task<IReadOnlyList<TokenFiles.TokenFile>> EnsureAsync(params string[] addresses) =>
        new TokenFiles(SigningKeys.Open(root.Path), Registry(), Config, notes).EnsureAsync(addresses, "shop");
}
