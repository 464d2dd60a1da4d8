using System.Text.Json;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Cli;

/// <summary>What is decided before a server is asked, or where there is none.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly CliRun cli;

    public CommandLineTests()
    {
        cli = new CliRun("http://127.0.0.1:1", folder.Path);
        Directory.CreateDirectory(folder.File("ordergrpc"));
        CliRun.WriteToken(TokenFile, "token\n");
    }

    private string TokenFile => folder.File("ordergrpc/localhost_1.client.token");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("order frob", "'frob'")]
    [InlineData("order show x", "'x'")]
    [InlineData("order show 0", "'0'")]
    [InlineData("order list --nosuch", "'--nosuch'")]
    [InlineData("order list --state nosuch", "--state")]
    [InlineData("order list --limit 0", "--limit")]
    [InlineData("order list --limit 3 --all", "--all and --limit")]
    [InlineData("order place --name a --email a@b --line a=1,5", "1,5")]
    [InlineData("order list --placed-from soon", "--placed-from")]
    [InlineData("order list --waiting-on me", "--waiting-on")]
    [InlineData("order list --server foo", "--server")]
    [InlineData("order list --output xml", "--output")]
    [InlineData("order list --lang de", "--lang")]
    [InlineData("order list --times iso", "--times")]
    [InlineData("order list --color sometimes", "--color")]
    [InlineData("order list --timeout 10", "--timeout")]
    [InlineData("order list --cert a.pem", "--cert")]
    [InlineData("order list --ca-file /no/such.pem", "/no/such.pem")]
    [InlineData("order wait 1", "--for")]
    [InlineData("order watch --after 1 --from-beginning", "--from-beginning")]
    [InlineData("order watch --snapshot --cursor c", "--cursor")]
    [InlineData("order watch --cursor a/b", "a/b")]
    [InlineData("order watch 1 x", "'x'")]
    [InlineData("order watch 1 --", "--")]
    [InlineData("order watch -- no-such-program", "no-such-program")]
    [InlineData("inbox --follow --exit-code", "--exit-code")]
    public async Task A_wrong_command_line_is_2_and_names_what_is_wrong(string line, string named)
    {
        var result = await cli.ClientAsync(line.Split(' '));
        Assert.Equal((ExitCodes.Usage, ""), (result.ExitCode, result.Output));
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORDERGRPC_SERVER", "foo")]
    [InlineData("ORDERGRPC_OUTPUT", "xml")]
    [InlineData("ORDERGRPC_LANG", "de")]
    [InlineData("ORDERGRPC_TIMEOUT", "soon")]
    [InlineData("ORDERGRPC_TIMES", "iso")]
    [InlineData("ORDERGRPC_COLOR", "sometimes")]
    public async Task A_wrong_environment_variable_is_2_and_is_named(string variable, string value)
    {
        cli[variable] = value;
        var result = await cli.ClientAsync("order", "list");
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(variable, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order")]
    [InlineData("quote")]
    public async Task A_noun_alone_is_2_and_shows_its_verbs(string noun)
    {
        var result = await cli.ClientAsync(noun);
        Assert.Equal((ExitCodes.Usage, ""), (result.ExitCode, result.Output));
        Assert.Contains("show", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Exit codes:")]
    [InlineData("fr", "Codes de sortie :")]
    public async Task Help_of_the_root_lists_the_exit_codes(string language, string title)
    {
        var result = await cli.ClientAsync("--help", "--lang", language);
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.Contains(title, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_before_its_command_is_told_where_it_goes()
    {
        var result = await cli.ClientAsync("--all", "order", "list");
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("--all goes behind the command: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("order list --all\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_it_is_5_and_says_where_it_looked()
    {
        var result = await cli.ClientAsync("order", "list");
        Assert.Equal((ExitCodes.Unreachable, ""), (result.ExitCode, result.Output));
        Assert.Contains("Cannot reach http://127.0.0.1:1: Connection refused. Is the server running?", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order watch")]
    [InlineData("order wait 1 --for completed")]
    public async Task What_waits_needs_a_server_to_begin_with(string line) =>
        Assert.Equal(ExitCodes.Unreachable, (await cli.ClientAsync(line.Split(' '))).ExitCode);

    [Fact]
    public async Task A_followed_inbox_needs_one_as_well()
    {
        using var typed = new Typed();
        using var follow = cli.Start(V1.Role.Client, ["inbox", "--follow"], typed);
        Assert.Equal(ExitCodes.Unreachable, (await follow.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_command_that_reached_nobody_was_not_done_and_raises_no_doubt()
    {
        var result = await cli.ClientAsync("order", "cancel", "1", "--request-id", "mine");
        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.DoesNotContain("--request-id", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inbox_that_is_followed_needs_a_server_also_where_nothing_is_typed()
    {
        var result = await cli.ClientAsync("inbox", "--follow");
        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
    }

    [Fact]
    public async Task A_folder_is_no_token_file()
    {
        var result = await cli.ClientAsync("order", "list", "--token-file", folder.Path);
        Assert.Equal(ExitCodes.NotAllowed, result.ExitCode);
        Assert.Contains($"{folder.Path} is a folder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_it_is_6_and_names_the_file_and_what_to_do()
    {
        File.Delete(TokenFile);
        var result = await cli.ClientAsync("order", "list");
        Assert.Equal(ExitCodes.NotAllowed, result.ExitCode);
        Assert.Contains(TokenFile, result.Error, StringComparison.Ordinal);
        Assert.Contains("server token issue --role client", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("two\nlines")]
    public async Task A_file_that_is_not_a_token_is_not_sent(string content)
    {
        CliRun.WriteToken(TokenFile, content);
        Assert.Equal(ExitCodes.NotAllowed, (await cli.ClientAsync("order", "list")).ExitCode);
    }

    [Theory]
    [InlineData("order list --output json --limit x", "INVALID_ARGUMENT")]
    [InlineData("order list --output json --server foo", "INVALID_ARGUMENT")]
    [InlineData("order list --output json", "UNAVAILABLE")]
    public async Task An_error_in_json_is_one_object(string line, string code)
    {
        var result = await cli.ClientAsync(line.Split(' '));
        using var json = JsonDocument.Parse(result.Error);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(JsonValueKind.Object, error.GetProperty("metadata").ValueKind);
        Assert.Equal(JsonValueKind.Array, error.GetProperty("fields").ValueKind);
    }

    [Theory]
    [InlineData("LC_ALL", "fr_CA.UTF-8", "Erreur :")]
    [InlineData("LC_MESSAGES", "fr", "Erreur :")]
    [InlineData("LANG", "fr_FR.UTF-8", "Erreur :")]
    [InlineData("LANG", "de_DE.UTF-8", "Error:")]
    [InlineData("ORDERGRPC_LANG", "fr", "Erreur :")]
    public async Task The_language_is_that_of_the_locale(string variable, string value, string beginning)
    {
        cli[variable] = value;
        Assert.StartsWith(beginning, (await cli.ClientAsync("order", "list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_beats_its_variable()
    {
        cli["ORDERGRPC_LANG"] = "en";
        Assert.StartsWith("Erreur :", (await cli.ClientAsync("--lang", "fr", "order", "list")).Error, StringComparison.Ordinal);
    }
}
