using System.Text.RegularExpressions;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>The real binaries at terminals of several widths and abilities.</summary>
public sealed partial class TerminalLookTests : ServedCli
{
    [Theory]
    [InlineData(60, "en")]
    [InlineData(80, "fr")]
    public async Task A_table_fits_the_terminal_that_it_is_on(int columns, string language)
    {
        await ClientDoesAsync([.. Place, "--line", "日本 😀"]);
        using var inbox = AtTerminal($"stty cols {columns}; TERM=xterm NO_COLOR=1 supplier-cli --lang {language} inbox; echo \"ended with $?\"; read -r _");

        // A terminal that ends at once can take its last words along.
        await inbox.Shown.ContainsAsync("ended with 0");
        inbox.Type("\n");
        var shown = (await inbox.EndAsync()).Shown;
        shown = shown[..shown.IndexOf("ended with 0", StringComparison.Ordinal)];

        // The runtime tells the terminal which keys it wants.
        shown = Escape().Replace(shown, "");
        // On a slow machine it has shown that it waits, and taken that away again.
        var lines = shown.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(line => line[(line.LastIndexOf('\r') + 1)..]).Where(line => line.Length > 0).ToList();
        Assert.Contains("Jon Doe", lines[^1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(CellWidth.Of(line) <= columns && !line.EndsWith(' '), line));
    }

    [Fact]
    public async Task An_answer_is_edited_before_it_counts()
    {
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("exec env TERM=xterm supplier-cli inbox --follow");
        await follow.Shown.ContainsAsync("Verify order 1.");
        follow.Type("no!\u0015xk\u001b[D\u007fo\n");
        await follow.Shown.ContainsAsync("Order 1 approved.");
        follow.Type("\u0003");
        Assert.Equal(ExitCodes.Done, (await follow.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_dumb_terminal_is_sent_no_escape()
    {
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("TERM=dumb supplier-cli inbox; TERM=dumb supplier-cli order show 99; TERM=dumb supplier-cli inbox --follow");
        await follow.Shown.ContainsAsync("Verify order 1.");
        follow.Type("no\u0015ok\n");
        await follow.Shown.ContainsAsync("Order 1 approved.");
        follow.Type("\u0003");
        var (_, shown) = await follow.EndAsync();
        Assert.DoesNotContain('\u001b', shown);
    }

    [GeneratedRegex("\u001b(\\[[0-9;?]*[a-zA-Z]|=)")]
    private static partial Regex Escape();

    private RealTools AtTerminal(string command) => RealTools.AtTerminal(command, Server.Address, Folder);
}
