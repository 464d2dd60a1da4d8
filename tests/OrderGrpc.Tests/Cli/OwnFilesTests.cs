using OrderGrpc.CliShell;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Cli;

/// <summary>Files that others could have a hand on.</summary>
public sealed class OwnFilesTests : ServedCli
{
    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_token_that_others_can_read_or_write_is_refused_with_the_chmod_that_mends_it(UnixFileMode more)
    {
        var file = Directory.GetFiles(Scratch("ordergrpc"), "*.client.token").Single();
        PrivateFolder.Widen(file, more);
        var result = await Cli.ClientAsync("order", "list");
        Assert.Equal((ExitCodes.NotAllowed, ""), (result.ExitCode, result.Output));
        Assert.Contains($"chmod 600 '{file}'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_configuration_folder_that_others_can_write_is_refused_with_the_chmod_that_mends_it(UnixFileMode more)
    {
        PrivateFolder.Widen(Scratch("ordergrpc"), more);
        var result = await Cli.ClientAsync("order", "list");
        Assert.Equal((ExitCodes.NotAllowed, ""), (result.ExitCode, result.Output));
        Assert.Contains($"chmod go-w '{Scratch("ordergrpc")}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "giving a file away needs root");
        var file = Directory.GetFiles(Scratch("ordergrpc"), "*.client.token").Single();
        await System.Diagnostics.Process.Start("chown", ["12345", file]).WaitForExitAsync();
        var result = await Cli.ClientAsync("order", "list");
        Assert.Equal(ExitCodes.NotAllowed, result.ExitCode);
        Assert.Contains("belongs to another user", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_is_never_saved_through_a_link_that_was_planted()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        Directory.CreateDirectory(Scratch("quotes"));
        await File.WriteAllTextAsync(Scratch("precious"), "mine");
        File.CreateSymbolicLink(Scratch("quotes/quote_1.txt"), Scratch("precious"));
        var result = await Cli.SupplierAsync("quote", "show", "1", "--save", Scratch("quotes"));
        Assert.Equal((ExitCodes.Refused, ""), (result.ExitCode, result.Output));
        Assert.Contains("quote_1.txt", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Scratch("precious")));
        Assert.Equal([Scratch("quotes/quote_1.txt")], Directory.GetFileSystemEntries(Scratch("quotes")));
    }

    [Fact]
    public async Task A_draft_is_saved_where_it_is_asked_for_and_else_says_how_to_get_it()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        var hinted = await Cli.SupplierAsync("quote", "draft", "1", "--amount", "38");
        Assert.Equal(("Quote generated: quote_1.txt\n", "To write the file: supplier-cli quote show 1 --save .\n"), (hinted.Output, hinted.Error));
        Assert.Equal("Quote generated: quote_1.txt\n", await SupplierDoesAsync("quote", "draft", "1", "--amount", "39", "--save", Scratch("drafts")));
        Assert.Contains("cost: 39 EUR", await File.ReadAllTextAsync(Scratch("drafts/quote_1.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_saved_is_not_made()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await File.WriteAllTextAsync(Scratch("file"), "");
        var result = await Cli.SupplierAsync("quote", "draft", "1", "--amount", "38", "--save", Scratch("file"), "--lang", "fr");
        Assert.Equal((ExitCodes.Refused, "", $"Erreur : {Scratch("file")} ne peut être écrit : un fichier de ce nom existe déjà\n"), (result.ExitCode, result.Output, result.Error));
        Assert.Equal("Order 1: APPROVED\n", await SupplierDoesAsync("order", "wait", "1", "--for", "approved"));
    }

    [Fact]
    public async Task A_draft_that_was_made_and_not_saved_is_done_and_says_how_to_get_it()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        Directory.CreateDirectory(Scratch("drafts/quote_1.txt"));
        var result = await Cli.SupplierAsync("quote", "draft", "1", "--amount", "38", "--save", Scratch("drafts"));
        Assert.Equal((ExitCodes.Done, "Quote generated: quote_1.txt\n"), (result.ExitCode, result.Output));
        Assert.StartsWith("It was done, though the document was not saved: ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("To write the file: supplier-cli quote show 1 --save .\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "--free")]
    [InlineData("1.999", "'1.999' has too many decimals: EUR has 2.")]
    public async Task An_amount_that_is_hardly_meant_is_refused_before_the_server_is_asked(string amount, string said)
    {
        var result = await Cli.SupplierAsync("quote", "draft", "1", "--amount", amount);
        Assert.Equal((ExitCodes.Usage, ""), (result.ExitCode, result.Output));
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_of_nothing_is_drafted_when_it_is_said()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "0", "--free");
    }
}
