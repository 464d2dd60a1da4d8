using System.Text.Json;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>client-cli order link, and the tool with a link as its token.</summary>
public sealed class OrderLinkCommandTests : ServedCli
{
    [Fact]
    public async Task The_link_is_all_that_is_printed_and_who_has_it_answers_that_order_and_no_other()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        var made = await Cli.ClientAsync("order", "link", "1");
        Assert.Equal((0, 3), (made.ExitCode, Assert.Single(made.Output.TrimEnd('\n').Split('\n')).Split('.').Length));
        Assert.Contains("order 1", made.Error, StringComparison.Ordinal);
        Assert.Contains("30 days", made.Error, StringComparison.Ordinal);
        var file = Scratch("link.token");
        CliRun.WriteToken(file, made.Output.Trim());

        Assert.Contains("a link to order 1 ", await ClientDoesAsync("whoami", "--token-file", file), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Refused, (await Cli.ClientAsync("order", "show", "2", "--token-file", file)).ExitCode);
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.ClientAsync("order", "list", "--token-file", file)).ExitCode);
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.ClientAsync("order", "link", "1", "--token-file", file)).ExitCode);
        await ClientDoesAsync("order", "cancel", "1", "--token-file", file);
        Assert.Contains("until", (await Cli.ClientAsync("order", "link", "1")).Error, StringComparison.Ordinal);
        Assert.Contains("jusqu'au", (await Cli.ClientAsync("order", "link", "1", "--lang", "fr")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_is_the_answer_of_the_contract()
    {
        await ClientDoesAsync(Place);
        using var json = JsonDocument.Parse(await ClientDoesAsync("order", "link", "1", "--output", "json"));
        Assert.Equal(3, json.RootElement.GetProperty("token").GetString()!.Split('.').Length);
        Assert.Equal("", json.RootElement.GetProperty("url").GetString());
    }
}
