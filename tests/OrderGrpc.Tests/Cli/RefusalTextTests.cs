using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>What the server refuses, in the words of the command line, with the command to type next.</summary>
public sealed class RefusalTextTests : ServedCli
{
    [Theory]
    [InlineData("supplier", "quote approve 1", "Error: 'quote approve' is not possible: order 1 is PLACED.\nYou can:\n  supplier-cli order approve 1\n  supplier-cli order reject 1\n")]
    [InlineData("supplier", "--lang fr quote approve 1", "Erreur : « quote approve » n'est pas possible : l'état de la commande 1 est « reçue ».\nVous pouvez :\n  supplier-cli order approve 1\n  supplier-cli order reject 1\n")]
    [InlineData("client", "realization approve 1", "Error: 'realization approve' is not possible: order 1 is PLACED.\nIt is the turn of the supplier, with supplier-cli.\nYou can:\n  client-cli order cancel 1\n")]
    [InlineData("client", "quote approve 1", "Error: Order 1 has no such quote yet.\nNext: client-cli quote check 1\n")]
    [InlineData("client", "order show 99", "Error: There is no order 99.\nNext: client-cli order list\n")]
    [InlineData("supplier", "order approve 1 --if-revision 7", "Error: Order 1 is at revision 1, not 7: read it again.\nNext: supplier-cli order show 1\n")]
    [InlineData("client", "order place --name a --email a@b --line x --replaces 1", "Error: Order 1 is PLACED and cannot be replaced: only an order that ended without being completed can.\nNext: client-cli order show 1\n")]
    [InlineData("client", "order watch --after 99", "Error: Position 99 is ahead of the log: it is another server's, or an older backup was restored. Start again with --from-beginning or --snapshot, or without --after.\n")]
    [InlineData("client", "--lang fr order watch --after 99", "Erreur : La position 99 est en avance sur le journal : elle est d'un autre serveur, ou une ancienne sauvegarde a été restaurée. Recommencez avec --from-beginning ou --snapshot, ou sans --after.\n")]
    public async Task A_refusal_names_what_can_be_typed(string tool, string line, string said)
    {
        await ClientDoesAsync(Place);
        var result = await Cli.RunAsync(tool == "client" ? Role.Client : Role.Supplier, line.Split(' '));
        Assert.Equal((ExitCodes.Refused, "", said), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task After_an_expired_quote_each_party_is_told_its_own_way_on()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38", "--valid-until", "1h");
        await SupplierDoesAsync("quote", "approve", "1");
        Server.Time.Advance(TimeSpan.FromHours(2));
        var accepted = await Cli.ClientAsync("quote", "approve", "1");
        Assert.Equal(ExitCodes.Refused, accepted.ExitCode);
        Assert.Contains("Error: Quote 1 of order 1 was valid until ", accepted.Error, StringComparison.Ordinal);
        Assert.EndsWith(".\nNext: client-cli quote revise 1\n", accepted.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("quote approve", await ClientDoesAsync("order", "show", "1"), StringComparison.Ordinal);
        await ClientDoesAsync("quote", "revise", "1");
        Assert.EndsWith(
            "It is the turn of the supplier, with supplier-cli.\nYou can:\n  client-cli order cancel 1\n",
            (await Cli.ClientAsync("quote", "revise", "1")).Error,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "You can:\n  supplier-cli quote draft 1 --amount AMOUNT\n",
            (await Cli.SupplierAsync("quote", "approve", "1")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_has_ended_and_one_that_was_replaced_say_so()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync("order", "cancel", "1");
        Assert.Equal("Error: 'order cancel' is not possible: order 1 is CANCELLED.\nOrder 1 has ended.\n", (await Cli.ClientAsync("order", "cancel", "1")).Error);
        await ClientDoesAsync([.. Place, "--replaces", "1"]);
        Assert.Equal(
            "Error: Order 1 was replaced by order 2 already; replace that one.\nNext: client-cli order show 2\n",
            (await Cli.ClientAsync([.. Place, "--replaces", "1"])).Error);
    }

    [Fact]
    public async Task A_request_id_and_a_token_that_are_of_something_else_say_whose()
    {
        await ClientDoesAsync([.. Place, "--request-id", "r"]);
        var reused = await Cli.ClientAsync("order", "cancel", "1", "--request-id", "r");
        Assert.Equal("Error: --request-id was used for another request: give each request its own, or leave it out.\n", reused.Error);
        var file = Scratch("token");
        CliRun.WriteToken(file, Server.Issue(Role.Supplier, "supplier"));
        var other = await Cli.ClientAsync("order", "cancel", "1", "--token-file", file);
        Assert.Equal(
            (ExitCodes.NotAllowed, $"Error: The token in {file} is not that of a client, which client-cli needs: use supplier-cli, or name another with --token-file.\n"),
            (other.ExitCode, other.Error));
    }

    [Fact]
    public async Task A_command_to_type_reaches_the_server_that_this_one_has_reached()
    {
        Cli["ORDERGRPC_SERVER"] = "";
        var token = Scratch("a token");
        CliRun.WriteToken(token, Server.Issue(Role.Client, "client"));
        var placed = await Cli.ClientAsync([.. Place, "--server", Server.Address, "--token-file", token]);
        Assert.Equal($"Next: client-cli order wait 1 --for quote_sent --server {Server.Address} --token-file '{token}'\n", placed.Error);
    }

    [Fact]
    public async Task A_cursor_that_is_ahead_of_the_log_names_its_file()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync("order", "list");
        Assert.True(ServerAddress.TryParse(Server.Address, out var address));
        var file = Path.Combine(Folder, "ordergrpc", "cursors", $"{address.FileStem}.client.mail");
        ConfigFolder.Create(Path.GetDirectoryName(file)!);
        CliRun.WriteToken(file, "99\n");
        var ahead = await Cli.ClientAsync("order", "watch", "--cursor", "mail");
        Assert.Equal(ExitCodes.Refused, ahead.ExitCode);
        Assert.Contains("The cursor 'mail' has come to position 99, which is ahead of the log", ahead.Error, StringComparison.Ordinal);
        Assert.EndsWith($"To start it anew: rm '{file}'\n", ahead.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_server_puts_words_into_a_command_to_type()
    {
        var sight = new Sight(Language.En, 80);
        var report = new ErrorReport
        {
            ExitCode = ExitCodes.Refused,
            Code = "FAILED_PRECONDITION",
            Reason = "WRONG_STATE",
            Message = "theirs",
            Metadata = new Dictionary<string, string> { ["order_id"] = "1; rm -rf ~", ["command"] = "APPROVE_QUOTE", ["state"] = "PLACED", ["allowed_commands"] = "ORDER_$(reboot),APPROVE_ORDER" },
        };
        var told = new RefusalText(sight.Session).Of(report);
        Assert.Equal(("theirs", ""), (told.Message, told.Hint));
        told = new RefusalText(sight.Session).Of(report with { Metadata = new Dictionary<string, string>(report.Metadata) { ["order_id"] = "1" } });
        Assert.Equal("You can:\n  supplier-cli order approve 1", told.Hint);
    }
}
