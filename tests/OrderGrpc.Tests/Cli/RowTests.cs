using System.Text.Json;
using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>Flat rows for scripts and spreadsheets, and JSON with all fields.</summary>
public sealed class RowTests : ServedCli
{
    private static readonly string[] Columns = ["--columns", "id,state,total,currency,reference,note"];

    [Fact]
    public async Task A_list_is_a_row_for_each_order_with_the_columns_that_are_named()
    {
        await QuotedAsync();
        Assert.Equal(
            "\uFEFFid,state,total,currency,reference,note\r\n1,QUOTE_DRAFTED,38.50,EUR,\"a, \"\"b\"\"\",\"one\ntwo\"\r\n",
            await SupplierDoesAsync(["order", "list", "--output", "csv", .. Columns]));
        Assert.Equal(
            "id\tstate\ttotal\tcurrency\treference\tnote\n1\tQUOTE_DRAFTED\t38.50\tEUR\ta, \"b\"\tone\\ntwo\n".Replace("one\\ntwo", OrderGrpc.Contract.VisibleText.Line("one\ntwo"), StringComparison.Ordinal),
            await SupplierDoesAsync(["order", "list", "--output", "tsv", .. Columns]));
        Assert.Equal(
            """{"id":1,"state":"QUOTE_DRAFTED","total":"38.50","currency":"EUR","reference":"a, \"b\"","note":"one\ntwo"}""" + "\n",
            await SupplierDoesAsync(["order", "list", "--output", "jsonl", .. Columns]));
    }

    [Fact]
    public async Task An_inbox_a_history_and_a_watch_are_rows_too()
    {
        await QuotedAsync();
        Assert.Equal("id\twaiting_on\n1\tSUPPLIER\n", await SupplierDoesAsync("inbox", "--output", "tsv", "--columns", "id,waiting_on"));
        Assert.Equal(
            "position\tevent\trole\ttotal\n1\tOrderPlaced\tCLIENT\t\n2\tOrderApproved\tSUPPLIER\t\n3\tQuoteDrafted\tSUPPLIER\t38.50\n",
            await SupplierDoesAsync("order", "history", "1", "--output", "tsv", "--columns", "position,event,role,total"));
        using var watch = Cli.Start(Role.Supplier, ["order", "watch", "--from-beginning", "--output", "jsonl", "--columns", "position,state"], TextReader.Null);
        await watch.Output.ContainsAsync("""{"position":3,"state":"QUOTE_DRAFTED"}""");
        Assert.Equal(0, (await watch.StopAsync()).ExitCode);
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("  =1")]
    public async Task No_cell_starts_a_formula_and_numbers_stay_numbers(string reference)
    {
        await ClientDoesAsync([.. Place, $"--reference={reference}"]);
        Assert.Equal($"id\treference\n1\t'{reference}\n", await ClientDoesAsync("order", "list", "--output", "tsv", "--columns", "id,reference"));
    }

    [Fact]
    public async Task Nothing_is_a_header_alone_and_in_JSON_an_empty_list()
    {
        Assert.Equal("\uFEFFid\r\n", await ClientDoesAsync("order", "list", "--output", "csv", "--columns", "id"));
        Assert.Equal("", await ClientDoesAsync("order", "list", "--output", "jsonl"));
        Assert.Equal("[]\n", await ClientDoesAsync("order", "list", "--output", "json"));
    }

    [Fact]
    public async Task An_unknown_column_is_refused_with_those_there_are()
    {
        var refused = await Cli.ClientAsync("order", "list", "--output", "csv", "--columns", "id,nonsense");
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("--columns: 'nonsense' is not one of: id, state, waiting_on,", refused.Error, StringComparison.Ordinal);
        Assert.Equal("", refused.Output);
        Assert.Equal(ExitCodes.Usage, (await Cli.ClientAsync("order", "list", "--columns", "id")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Cli.ClientAsync("order", "show", "1", "--output", "csv")).ExitCode);
    }

    [Fact]
    public async Task JSON_has_every_field_also_what_is_empty_or_0()
    {
        await ClientDoesAsync(Place);
        var order = JsonDocument.Parse(await ClientDoesAsync("order", "show", "1", "--output", "json")).RootElement;
        Assert.Equal(("", "0", 0, 0), (
            order.GetProperty("note").GetString(), order.GetProperty("replacesOrderId").GetString(),
            order.GetProperty("reworkRound").GetInt32(), order.GetProperty("reasons").GetArrayLength()));
    }

    private async Task QuotedAsync()
    {
        await ClientDoesAsync([.. Place, "--reference", "a, \"b\"", "--note", "one\ntwo"]);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38.50");
    }
}
