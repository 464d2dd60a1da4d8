using System.Security.Cryptography;
using System.Text.Json;
using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The process by direct commands.</summary>
public sealed class ProcessTests : ServedCli
{
    [Fact]
    public async Task The_whole_process_speaks_French()
    {
        Cli["LANG"] = "fr_FR.UTF-8";
        Assert.Equal("Commande 1\nCommande reçue, en attente de validation\n  1 × Garden fence\n  2 × Gate\n", await ClientDoesAsync(Place));
        Assert.Equal("Commande 1 validée. Notification envoyée au client.\n", await SupplierDoesAsync("order", "approve", "1"));
        Assert.Equal("Votre commande a été vérifiée\n", await ClientDoesAsync("order", "check", "1"));
        Assert.Equal("Devis généré : quote_1.txt\n", await SupplierDoesAsync("quote", "draft", "1", "--amount", "38"));
        Assert.Equal("Devis 1 validé.\n", await SupplierDoesAsync("quote", "approve", "1"));
        Assert.Equal("Votre devis a été vérifié\n", await ClientDoesAsync("quote", "check", "1"));
        Assert.Equal("Devis 1 accepté.\n", await ClientDoesAsync("quote", "approve", "1"));
        Assert.Equal("Service associé à la commande 1 réalisé.\n", await SupplierDoesAsync("realization", "report", "1"));
        Assert.Equal(
            "Service associé à la commande 1 non validé. Le service doit être reconsidéré.\n",
            await ClientDoesAsync("realization", "reject", "1", "--reason", "Le portail manque"));
        Assert.Equal("Service associé à la commande 1 réalisé.\n", await SupplierDoesAsync("realization", "report", "1"));
        Assert.Equal("Service associé à la commande 1 validé.\n", await ClientDoesAsync("realization", "approve", "1"));
        Assert.Equal("Le service a été réalisé\n", await ClientDoesAsync("realization", "check", "1"));
    }

    [Fact]
    public async Task The_other_ways_out_are_said_in_French()
    {
        Cli["LANG"] = "fr_FR.UTF-8";
        await ClientDoesAsync(Place);
        Assert.Equal("Commande 1 invalidée. Notification envoyée au client.\n", await SupplierDoesAsync("order", "reject", "1", "--reason", "non"));
        await ClientDoesAsync([.. Place, "--replaces", "1"]);
        await SupplierDoesAsync("order", "approve", "2");
        await SupplierDoesAsync("quote", "draft", "2", "--amount", "38");
        await SupplierDoesAsync("quote", "approve", "2");
        Assert.Equal("Révision du devis 2 demandée.\n", await ClientDoesAsync("quote", "revise", "2", "--reason", "moins cher"));
        await SupplierDoesAsync("quote", "draft", "2", "--amount", "30");
        await SupplierDoesAsync("quote", "approve", "2");
        Assert.Equal("Devis 2 refusé.\n", await ClientDoesAsync("quote", "reject", "2"));
        await ClientDoesAsync(Place);
        Assert.Equal("Commande 3 annulée.\n", await ClientDoesAsync("order", "cancel", "3"));
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "4");
        await SupplierDoesAsync("quote", "draft", "4", "--line", "Clôture=1@30", "--line", "Portail=2@4");
        Assert.Equal("Devis 4 non validé.\n", await SupplierDoesAsync("quote", "reject", "4"));
    }

    [Fact]
    public async Task A_refusal_is_1_and_says_why_in_the_language_asked_for()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        var result = await Cli.SupplierAsync("order", "approve", "1", "--output", "json");
        Assert.Equal((ExitCodes.Refused, ""), (result.ExitCode, result.Output));
        using var json = JsonDocument.Parse(result.Error);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal("FAILED_PRECONDITION", error.GetProperty("code").GetString());
        Assert.Equal("WRONG_STATE", error.GetProperty("reason").GetString());
        Assert.Equal("APPROVED", error.GetProperty("metadata").GetProperty("state").GetString());
        Assert.StartsWith("Erreur : ", (await Cli.SupplierAsync("order", "approve", "1", "--lang", "fr")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_the_server_refuses_is_2_and_named_as_its_option()
    {
        var result = await Cli.ClientAsync("order", "place", "--name", "x", "--email", "bad", "--line", "a=0");
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("Error: --email: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("Error: --line (lines[0].quantity): ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrong_role_is_6()
    {
        CliRun.WriteToken(Scratch("token"), Server.Issue(Role.Client, "client"));
        Assert.Equal(ExitCodes.NotAllowed, (await Cli.SupplierAsync("order", "approve", "1", "--token-file", Scratch("token"))).ExitCode);
    }

    [Fact]
    public async Task A_repeated_request_id_is_done_once()
    {
        var first = await ClientDoesAsync([.. Place, "--request-id", "mine"]);
        Assert.Equal(first, await ClientDoesAsync([.. Place, "--request-id", "mine"]));
    }

    [Fact]
    public async Task A_revision_that_was_not_seen_is_refused()
    {
        await ClientDoesAsync(Place);
        Assert.Equal(ExitCodes.Refused, (await Cli.SupplierAsync("order", "approve", "1", "--if-revision", "2")).ExitCode);
        await SupplierDoesAsync("order", "approve", "1", "--if-revision", "1");
    }

    [Fact]
    public async Task The_quote_that_is_accepted_is_shown_and_saved_byte_for_byte()
    {
        await SendQuoteAsync();
        await ClientDoesAsync("quote", "show", "1", "--save", Scratch("quotes"));
        var saved = await File.ReadAllBytesAsync(Scratch("quotes/quote_1.txt"));
        var shown = await ClientDoesAsync("quote", "show", "1");
        Assert.StartsWith("id: 1\nname: Jon Doe\nemail: john@example.com\ncost: 38 EUR\n", shown, StringComparison.Ordinal);
        Assert.Equal(shown, System.Text.Encoding.UTF8.GetString(saved));
        var order = Order.Parser.ParseJson(await ClientDoesAsync("order", "show", "1", "--output", "json"));
        Assert.Equal(order.Quote.Digest, Convert.ToHexStringLower(SHA256.HashData(saved)));
        var accepted = await Cli.ClientAsync("quote", "approve", "1");
        Assert.Equal((ExitCodes.Done, "Quote 1 accepted.\n", shown), (accepted.ExitCode, accepted.Output, accepted.Error));
    }

    [Fact]
    public async Task A_script_can_state_the_quote_that_it_accepts()
    {
        await SendQuoteAsync();
        var order = Order.Parser.ParseJson(await ClientDoesAsync("order", "show", "1", "--output", "json"));
        var wrong = await Cli.ClientAsync("quote", "approve", "1", "--quote-revision", "1", "--digest", new string('0', 64));
        Assert.Equal(ExitCodes.Refused, wrong.ExitCode);
        var right = await Cli.ClientAsync("quote", "approve", "1", "--quote-revision", "1", "--digest", order.Quote.Digest);
        Assert.Equal((ExitCodes.Done, ""), (right.ExitCode, right.Error));
    }

    [Fact]
    public async Task A_list_is_json_also_when_empty_and_says_when_there_is_more()
    {
        Assert.Equal("[]\n", await ClientDoesAsync("order", "list", "--output", "json"));
        for (var i = 0; i < 3; i++)
        {
            await ClientDoesAsync([.. Place, "--reference", $"R{i}"]);
        }

        using var all = JsonDocument.Parse(await ClientDoesAsync("order", "list", "--output", "json"));
        Assert.Equal(["3", "2", "1"], all.RootElement.EnumerateArray().Select(o => o.GetProperty("id").GetString()));
        var part = await Cli.ClientAsync("order", "list", "--limit", "2", "--oldest-first");
        Assert.Contains("2", part.Error, StringComparison.Ordinal);
        Assert.Equal(3, part.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var one = await ClientDoesAsync("order", "list", "--reference", "R1", "--state", "placed,approved");
        Assert.Contains("Garden fence (+1)", one, StringComparison.Ordinal);
        Assert.Equal("[]\n", await SupplierDoesAsync("order", "list", "--client", "nobody", "--output", "json"));
    }

    [Fact]
    public async Task The_inbox_shows_what_waits_and_tells_scripts()
    {
        Assert.Equal(ExitCodes.Done, (await Cli.SupplierAsync("inbox", "--exit-code")).ExitCode);
        await ClientDoesAsync(Place);
        var waiting = await Cli.SupplierAsync("inbox", "--exit-code");
        Assert.Equal(ExitCodes.Refused, waiting.ExitCode);
        Assert.Contains("order approve, order reject", waiting.Output, StringComparison.Ordinal);
        Assert.Equal("[]\n", await ClientDoesAsync("inbox", "--output", "json"));
    }

    [Fact]
    public async Task What_other_people_write_does_not_reach_the_terminal_raw()
    {
        await ClientDoesAsync("order", "place", "--name", "a\u202eb[red]", "--email", "a@b", "--line", "x", "--note", "one\nOrder 2: COMPLETED");
        var list = await SupplierDoesAsync("order", "list");
        Assert.Contains("a\\u202eb[red]", list, StringComparison.Ordinal);
        var show = await SupplierDoesAsync("order", "show", "1");
        Assert.Contains("\n  Order 2: COMPLETED\n", show, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_tells_every_step()
    {
        await SendQuoteAsync();
        using var events = JsonDocument.Parse(await ClientDoesAsync("order", "history", "1", "--output", "json"));
        Assert.Equal(4, events.RootElement.GetArrayLength());
        Assert.Contains("supplier  sent quote 1 of 38 EUR\n", await ClientDoesAsync("order", "history", "1"), StringComparison.Ordinal);
    }

    private async Task SendQuoteAsync()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        await SupplierDoesAsync("quote", "approve", "1");
    }
}
