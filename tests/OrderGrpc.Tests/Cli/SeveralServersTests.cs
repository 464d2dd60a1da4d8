using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The tools while the real server that they use goes away, and another of its deployment is there.</summary>
public sealed class SeveralServersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_watches_goes_on_at_the_next_server_from_where_it_was(bool drained)
    {
        using var folder = new TestFolder();
        var next = ServerProcess.FreeAddress();
        var server = await ServerProcess.StartAsync(folder);
        var cli = new CliRun($"{server.Address},{next}", folder.Config);
        await PlacedAsync(cli);
        using var watch = cli.Start(Role.Client, ["order", "watch", "--from-beginning", "--cursor", "mine", "--output", "jsonl", "--columns", "position,event"], TextReader.Null);
        using var typed = new Typed();
        using var follow = cli.Start(Role.Supplier, ["inbox", "--follow"], typed);
        await watch.Output.ContainsAsync("OrderPlaced");
        await follow.Error.ContainsAsync("Verify order 1.");
        await (drained ? server.StopAsync() : server.KillAsync());
        await server.DisposeAsync();
        await watch.Error.ContainsAsync($"Connection to {server.Address} lost");
        typed.Type("ok");

        await using var other = await ServerProcess.StartAsync(folder, next);
        await watch.Error.ContainsAsync($"Going on with {next}.");
        await follow.Output.ContainsAsync("Order 1 approved.");
        await watch.Output.ContainsAsync("OrderApproved");
        await PlacedAsync(cli);
        await watch.Output.ContainsAsync("\"position\":3");
        Assert.Equal(ExitCodes.Done, (await follow.StopAsync()).ExitCode);
        var seen = await watch.StopAsync();
        Assert.Equal(
            "{\"position\":1,\"event\":\"OrderPlaced\"}\n{\"position\":2,\"event\":\"OrderApproved\"}\n{\"position\":3,\"event\":\"OrderPlaced\"}\n", seen.Output);

        // The cursor is the deployment's, in whatever order its servers are named.
        cli["ORDERGRPC_SERVER"] = $"{next},{server.Address}";
        using var again = cli.Start(Role.Client, ["order", "watch", "--cursor", "mine", "--output", "jsonl", "--columns", "position"], TextReader.Null);
        await PlacedAsync(cli);
        await again.Output.ContainsAsync("}");
        Assert.Equal("{\"position\":4}\n", (await again.StopAsync()).Output);
    }

    [Fact]
    public async Task Each_servers_certificate_is_held_against_its_own_name()
    {
        using var files = new PrivateFolder();
        using var others = new PrivateFolder();
        using var authority = new TestAuthority("root");
        using var byNumber = authority.Issue(byName: false);
        using var byName = authority.Issue(byNumber: false);
        var settings = TestAuthority.Pem(files, byNumber);
        await using var one = await TestServer.StartAsync(options => (options.Urls, options.Certificate, options.CertificateKey) = (settings.Urls, settings.Certificate, settings.CertificateKey));
        settings = TestAuthority.Pem(others, byName);
        await using var other = await TestServer.StartAsync(options => (options.Urls, options.Certificate, options.CertificateKey) = (settings.Urls, settings.Certificate, settings.CertificateKey));
        var cli = new CliRun("", files["config"]) { ["ORDERGRPC_CA_FILE"] = files.Write("ca.pem", authority.ToPem()), ["ORDERGRPC_TOKEN_FILE"] = files.Write("token", other.Issue(Role.Client, "client")) };
        var named = other.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        // The first does not know the token: who is answered is answered by the other.
        Assert.Equal(ExitCodes.NotAllowed, (await cli.ClientAsync("order", "list", "--server", $"{one.Address},{named}")).ExitCode);
        Assert.Equal(ExitCodes.Done, (await cli.ClientAsync("order", "list", "--server", $"https://127.0.0.1:1,{named}")).ExitCode);
        var refused = await cli.ClientAsync("order", "list", "--server", $"https://127.0.0.1:1,{other.Address}");
        Assert.Equal(ExitCodes.Unreachable, refused.ExitCode);
        Assert.Contains($"{other.Address}: its certificate is not trusted", refused.Error, StringComparison.Ordinal);
    }

    private static async Task PlacedAsync(CliRun cli)
    {
        var placed = await cli.ClientAsync("order", "place", "--name", "a", "--email", "a@b", "--line", "x");
        Assert.True(placed.ExitCode == 0, placed.Error);
    }
}
