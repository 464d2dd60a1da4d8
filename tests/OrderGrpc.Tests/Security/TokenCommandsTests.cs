using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Tests.Security;

public sealed class TokenCommandsTests : IDisposable
{
    private readonly PrivateFolder root = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private string Data => root["data"];

    public void Dispose() => root.Dispose();

    [Fact]
    public void Issue_prints_the_token_and_nothing_else_and_makes_the_data_folder()
    {
        var (output, error) = Run("issue", "--role", "client", "--name", "acme", "--expires", "90d");

        var token = new JsonWebToken(Assert.Single(output.TrimEnd('\n').Split('\n')));
        Assert.Equal("", error);
        Assert.Equal("700", PrivateFolder.ModeOf(Data));
        Assert.Equal("HS256", token.Alg);
        Assert.Equal("ordergrpc", token.Issuer);
        Assert.Equal(["ordergrpc"], token.Audiences);
        Assert.Equal("acme", token.Subject);
        Assert.Equal("client", token.GetPayloadValue<string>("role"));
        Assert.Equal(time.GetUtcNow().UtcDateTime, token.IssuedAt);
        Assert.Equal(time.GetUtcNow().UtcDateTime.AddDays(90), token.ValidTo);
    }

    [Fact]
    public void A_token_without_expires_has_none()
    {
        var (output, _) = Run("issue", "--role", "supplier", "--name", "shop");
        Assert.False(new JsonWebToken(output.Trim()).TryGetPayloadValue<object>("exp", out _));
    }

    [Fact]
    public void Issue_writes_to_a_file_of_its_owner_only_and_through_no_link()
    {
        File.CreateSymbolicLink(root["acme.token"], root["elsewhere"]);

        var (output, error) = Run("issue", "--role", "client", "--name", "acme", "--out", root["acme.token"]);

        Assert.Equal(("", ""), (output, error));
        Assert.Equal("acme", new JsonWebToken(File.ReadAllText(root["acme.token"]).Trim()).Subject);
        Assert.Equal("600", PrivateFolder.ModeOf(root["acme.token"]));
        Assert.False(File.Exists(root["elsewhere"]));
    }

    [Fact]
    public void The_links_of_an_order_are_revoked_by_its_number_and_no_token_is()
    {
        Run("issue", "--role", "client", "--name", "acme");

        var (output, error) = Run("revoke-links", "17");

        Assert.Equal("", output);
        Assert.Contains("order 17", error, StringComparison.Ordinal);
        Assert.Equal(time.GetUtcNow(), Assert.Single(TokenRegistry.Open(Data, time).RevokedLinks, link => link.Key == 17).Value);
        Assert.DoesNotContain("revoked", Run("list").Output, StringComparison.Ordinal);
        Assert.Contains("number of an order", Assert.Throws<StartException>(() => Run("revoke-links", "0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_cannot_be_written_is_revoked()
    {
        Assert.Contains("cannot be written", Assert.Throws<StartException>(() => Run("issue", "--role", "client", "--name", "acme", "--out", root["no", "where"])).Message, StringComparison.Ordinal);
        Assert.Contains("revoked", Run("list").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("644", true)]
    [InlineData("600", false)]
    public void A_shell_s_file_that_others_can_read_is_warned_of(string mode, bool warned)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a shell of Unix");
        var server = Path.Combine(AppContext.BaseDirectory, "server");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "/bin/sh", ["-c", $"umask 077; : > '{root["token"]}'; chmod {mode} '{root["token"]}'; exec '{server}' token issue --role client --name acme --data '{Data}' > '{root["token"]}'"])
        {
            RedirectStandardError = true,
        })!;
        var errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(warned, errors.Contains("others on this machine can read the file", StringComparison.Ordinal));
        Assert.Equal("acme", new JsonWebToken(File.ReadAllText(root["token"]).Trim()).Subject);
    }

    [Theory]
    [InlineData("90")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("1y")]
    [InlineData("3651d")]
    [InlineData("99999999999999w")]
    [InlineData("2147483647w")]
    public void An_absurd_lifetime_is_refused_and_issues_nothing(string expires)
    {
        var refused = Assert.Throws<StartException>(() => Run("issue", "--role", "client", "--name", "acme", $"--expires={expires}"));
        Assert.Contains("--expires", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("esc\u001b[31m")]
    [InlineData("a/../b")]
    public void A_name_that_is_none_is_refused_without_repeating_it(string name)
    {
        var refused = Assert.Throws<StartException>(() => Run("issue", "--role", "client", "--name", name));
        Assert.Contains("1 to 64 letters", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refused.Message);
    }

    [Fact]
    public void List_shows_every_state_and_never_a_token()
    {
        var lasting = Run("issue", "--role", "client", "--name", "lasting").Output.Trim();
        var brief = Run("issue", "--role", "client", "--name", "brief", "--expires", "1h").Output.Trim();
        var revoked = Run("issue", "--role", "supplier", "--name", "revoked").Output.Trim();
        Run("revoke", new JsonWebToken(revoked).Id);
        time.Advance(TimeSpan.FromHours(1));

        var (json, _) = Run("list", "--output", "json");
        var (text, _) = Run("list");

        var states = JsonDocument.Parse(json).RootElement.EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("state").GetString());
        Assert.Equal("active", states["lasting"]);
        Assert.Equal("expired", states["brief"]);
        Assert.Equal("revoked", states["revoked"]);
        Assert.Equal(4, text.TrimEnd('\n').Split('\n').Length);
        Assert.All([lasting, brief, revoked], token => Assert.DoesNotContain(token.Split('.')[2], json + text, StringComparison.Ordinal));
    }

    [Fact]
    public void List_of_nothing_is_an_empty_json_list()
    {
        StartRules.PrepareData(Data);
        Assert.Equal("[]", Run("list", "--output", "json").Output.Trim());
    }

    [Fact]
    public void A_rotation_keeps_the_old_tokens_until_their_key_is_retired()
    {
        var old = new JsonWebToken(Run("issue", "--role", "client", "--name", "acme").Output.Trim());

        var added = Run("rotate-key").Output.Trim();
        Assert.Contains("active", Run("list").Output, StringComparison.Ordinal);
        Assert.Equal(added, new JsonWebToken(Run("issue", "--role", "client", "--name", "other").Output.Trim()).Kid);

        Run("retire-key", old.Kid);
        var line = Run("list").Output.Split('\n').Single(row => row.StartsWith(old.Id, StringComparison.Ordinal));
        Assert.Contains("key-retired", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Revoking_what_is_not_there_is_refused()
    {
        StartRules.PrepareData(Data);
        Assert.Contains("no token", Assert.Throws<StartException>(() => Run("revoke", "abc")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("revoke", "abc")]
    [InlineData("rotate-key")]
    [InlineData("retire-key", "abc")]
    public void Only_issue_makes_a_data_folder(params string[] verb)
    {
        Assert.Contains("no data folder", Assert.Throws<StartException>(() => Run(verb)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void The_data_flag_counts_before_the_verb_too()
    {
        Invoke("--data", Data, "token", "issue", "--role", "client", "--name", "acme");
        Assert.True(File.Exists(root["data", "tokens.jsonl"]));
    }

    [Theory]
    [InlineData("issue", "--name", "acme")]
    [InlineData("issue", "--role", "client")]
    [InlineData("issue", "--role", "king", "--name", "acme")]
    public void What_is_missing_or_wrong_is_a_usage_error(params string[] arguments)
    {
        var parsed = ServerCommand.Build((_, _) => Task.FromResult(0), TokenCommands.Build(time)).Parse(["token", .. arguments]);
        Assert.NotEmpty(parsed.Errors);
    }

    private (string Output, string Error) Run(params string[] verb) => Invoke(["token", .. verb, "--data", Data]);

    private (string Output, string Error) Invoke(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = ServerCommand.Build((_, _) => Task.FromResult(0), TokenCommands.Build(time)).Parse(arguments);
        Assert.Empty(parsed.Errors);
        parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return (output.ToString(), error.ToString());
    }
}
