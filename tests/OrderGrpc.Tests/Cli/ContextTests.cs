using System.Text.Json;
using OrderGrpc.CliShell;
using OrderGrpc.Server;
using OrderGrpc.V1;
using ExitCodes = OrderGrpc.CliShell.ExitCodes;

namespace OrderGrpc.Tests.Cli;

/// <summary>Contexts and whoami.</summary>
public sealed class ContextTests : ServedCli
{
    private string ConfigFile => Scratch("ordergrpc/config.json");

    [Fact]
    public async Task A_context_is_a_server_by_a_name_for_both_tools_with_a_token_of_each_role()
    {
        Cli["ORDERGRPC_SERVER"] = "";
        await AddAsync(Role.Client, "guest", "home");
        await AddAsync(Role.Supplier, "supplier", "home");
        Assert.Contains("You are guest, role client.", await ClientDoesAsync("whoami"), StringComparison.Ordinal);
        Assert.Contains("You are supplier, role supplier.", await SupplierDoesAsync("whoami"), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigFile));
        }
    }

    [Fact]
    public async Task A_flag_beats_the_environment_and_that_the_context_and_that_the_default()
    {
        Cli["ORDERGRPC_SERVER"] = "";
        // No token is there for the server away, which tells that it is the one that holds.
        var home = $"{{ \"server\": \"{Server.Address}\", \"lang\": \"fr\" }}";
        await File.WriteAllTextAsync(ConfigFile, """{"current": "away", "contexts": {"away": {"server": "http://127.0.0.1:1"}, "home": """ + home + "}}");
        OwnersAlone();
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.ClientAsync("whoami")).ExitCode);
        Assert.Contains("Vous êtes client", await ClientDoesAsync("whoami", "--context", "home"), StringComparison.Ordinal);
        Cli["ORDERGRPC_CONTEXT"] = "home";
        Assert.Contains("contexte home", await ClientDoesAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.ClientAsync("whoami", "--context", "away")).ExitCode);
        Assert.Contains("You are client", await ClientDoesAsync("whoami", "--lang", "en"), StringComparison.Ordinal);
        Cli["ORDERGRPC_SERVER"] = "http://127.0.0.1:1";
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.ClientAsync("whoami")).ExitCode);
        Assert.Contains("Vous êtes client", await ClientDoesAsync("whoami", "--server", Server.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_context_is_never_sent_to_another_server()
    {
        Cli["ORDERGRPC_SERVER"] = "";
        await AddAsync(Role.Client, "guest", "home");
        Cli["ORDERGRPC_SERVER"] = "http://127.0.0.1:1";
        var elsewhere = await Cli.ClientAsync("whoami");
        Assert.Equal(ExitCodes.NotAllowed, elsewhere.ExitCode);
        Assert.Contains("localhost_1.client.token", elsewhere.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_and_remove_change_what_holds_and_what_others_wrote_into_the_file_stays()
    {
        await File.WriteAllTextAsync(ConfigFile, """{"later": {"a": [1]}, "contexts": {"a": {"server": "http://127.0.0.1:1", "more": true}}}""");
        OwnersAlone();
        await ClientDoesAsync("context", "add", "b");
        Assert.StartsWith("* a  http://127.0.0.1:1\n  b  ", await ClientDoesAsync("context", "use", "a"), StringComparison.Ordinal);
        Assert.Equal($"  b  {Server.Address}\n", await ClientDoesAsync("context", "remove", "a"));
        var left = JsonDocument.Parse(await File.ReadAllTextAsync(ConfigFile)).RootElement;
        Assert.Equal(1, left.GetProperty("later").GetProperty("a")[0].GetInt32());
        Assert.False(left.TryGetProperty("current", out _));
        Assert.Equal("[]\n", await RemovedAsync());

        async Task<string> RemovedAsync() => await ClientDoesAsync("context", "remove", "b", "--output", "json");
    }

    [Fact]
    public async Task A_context_that_is_not_there_is_refused_with_those_there_are_and_can_be_added()
    {
        await ClientDoesAsync("context", "add", "home");
        Cli["ORDERGRPC_CONTEXT"] = "work";
        var refused = await Cli.ClientAsync("inbox");
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("There is no context 'work'. There are: home.", refused.Error, StringComparison.Ordinal);
        await ClientDoesAsync("context", "add", "work");
        Assert.Equal(ExitCodes.Done, (await Cli.ClientAsync("inbox")).ExitCode);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"contexts\": 1}")]
    [InlineData("{\"contexts\": {\"a\": {}}, \"current\": \"a\"}")]
    public async Task A_file_that_is_none_is_refused_and_left_as_it_is(string content)
    {
        await File.WriteAllTextAsync(ConfigFile, content);
        OwnersAlone();
        var refused = await Cli.ClientAsync("context", "list");
        var used = await Cli.ClientAsync("inbox", "--context", "a");
        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (refused.ExitCode, used.ExitCode));
        Assert.Contains("config.json", refused.Error, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(ConfigFile));
    }

    [Fact]
    public async Task A_name_is_of_one_server()
    {
        await ClientDoesAsync("context", "add", "home");
        var refused = await Cli.ClientAsync("context", "add", "home", "--server", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains(Server.Address, refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await Cli.ClientAsync("context", "add", "../home")).ExitCode);
    }

    [Fact]
    public async Task Whoami_tells_programs_the_contracts_own_answer_and_the_address()
    {
        var told = JsonDocument.Parse(await SupplierDoesAsync("whoami", "--output", "json")).RootElement;
        Assert.Equal("ROLE_SUPPLIER", told.GetProperty("caller").GetProperty("role").GetString());
        Assert.Equal(ServerVersion.Text, told.GetProperty("caller").GetProperty("serverVersion").GetString());
        Assert.Equal(Server.Address, told.GetProperty("server").GetString());
    }

    [Theory]
    [InlineData("0.1.0", "0.2.7", false)]
    [InlineData("0.1.0", "0.3.0", true)]
    [InlineData("0.3.0", "0.1.0", true)]
    [InlineData("1.0.0", "0.9.0", true)]
    [InlineData("1.4.2", "1.4.0", false)]
    public void Versions_are_far_apart_past_one_minor(string tool, string server, bool far) =>
        Assert.Equal(far, VersionNotice.IsFar(Version.Parse(tool), Version.Parse(server)));

    [Fact]
    public void A_version_that_is_far_is_told_once_and_on_the_error_stream()
    {
        var (output, error) = (new Heard(), new Heard());
        var dependencies = new CliDependencies { Input = TextReader.Null, Output = output, Error = error, Environment = _ => null };
        var texts = new Texts(Language.En);
        var notice = new VersionNotice(new Printer(dependencies, OutputFormat.Json, texts), texts);
        notice.See(new() { { VersionNotice.Header, "9.0.0" } });
        notice.See(new() { { VersionNotice.Header, "9.0.0" } });
        Assert.Equal($"This tool is version {VersionNotice.Own} and the server 9.0.0: they are made to be one minor version apart at most.\n", error.ToString());
        Assert.Equal("", output.ToString());
    }

    private async Task AddAsync(Role role, string name, string context)
    {
        var token = Scratch($"{name}.token");
        await File.WriteAllTextAsync(token, Server.Issue(role, name));
        OwnersAlone(token);
        var added = await Cli.RunAsync(role, ["context", "add", context, "--server", Server.Address, "--token-file", token]);
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
    }

    private void OwnersAlone() => OwnersAlone(ConfigFile);

    private static void OwnersAlone(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
