using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>The real binaries at a terminal, and with outputs that fail.</summary>
public sealed partial class TerminalTests : ServedCli
{
    [Fact]
    public async Task What_was_typed_before_a_question_was_shown_answers_nothing()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("exec supplier-cli inbox --follow");
        await follow.Shown.ContainsAsync("Verify order 1.");
        follow.Type("skip\nok\nok\nok\n");
        await follow.Shown.ContainsAsync("Verify order 2.");
        follow.Type("skip\n");
        await follow.Shown.ContainsAsync("Order 2 is left for later");
        follow.Type("\u0003");
        var (code, shown) = await follow.EndAsync();
        Assert.Equal(ExitCodes.Done, code);
        Assert.DoesNotContain("approved", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_D_at_the_reason_does_nothing_and_ends_on_a_line_of_its_own()
    {
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("supplier-cli inbox --follow; echo prompt");
        await follow.Shown.ContainsAsync("Verify order 1.");
        follow.Type("no\n");
        await follow.Shown.ContainsAsync("Reason (Enter for none):");
        follow.Type("\u0004");
        var (code, shown) = await follow.EndAsync();
        Assert.Equal(ExitCodes.Done, code);
        Assert.EndsWith("\nprompt", shown.TrimEnd().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal("Order 1: PLACED\n", await ClientDoesAsync("order", "wait", "1", "--for", "placed"));
    }

    [Fact]
    public async Task An_open_question_is_shown_again_after_what_came_in_between()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("supplier-cli inbox --follow");
        await follow.Shown.ContainsAsync("Verify order 1.");
        await ClientDoesAsync("order", "cancel", "2");
        await follow.Shown.ContainsAsync("Order 2 was cancelled by the client.\r\nVerify order 1.");
        follow.Type("ok\n");
        await follow.Shown.ContainsAsync("Order 1 approved.");
        follow.Type("\u0003");
        await follow.EndAsync();
    }

    [Fact]
    public async Task An_open_question_is_shown_again_when_the_tool_comes_back_to_the_foreground()
    {
        await ClientDoesAsync(Place);
        using var follow = AtTerminal("echo \"pid $$.\"; exec supplier-cli inbox --follow");
        await follow.Shown.ThenAsync("Verify order 1. Type 'ok' to approve, 'no' to reject: ");
        var id = int.Parse(Number().Match(follow.Shown.ToString()).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        using var foreground = Process.Start("kill", ["-CONT", $"{id}"]);
        await follow.Shown.ThenAsync("\r\nVerify order 1. Type 'ok' to approve, 'no' to reject: ");
        follow.Type("ok\n");
        await follow.Shown.ContainsAsync("Order 1 approved.");
        follow.Type("\u0003");
        Assert.Equal(ExitCodes.Done, (await follow.EndAsync()).ExitCode);
    }

    [Theory]
    [InlineData("ok\n", ExitCodes.Done, "cancelled")]
    [InlineData("no\n", ExitCodes.Refused, "placed")]
    [InlineData("\u0004", ExitCodes.Refused, "placed")]
    [InlineData("\u0003", ExitCodes.Interrupted, "placed")]
    public async Task A_final_act_is_asked_first_at_a_terminal(string typed, int code, string state)
    {
        await ClientDoesAsync(Place);
        using var cancel = AtTerminal("client-cli order cancel 1");
        await cancel.Shown.ContainsAsync("This cancels order 1, which ends it.");
        await cancel.Shown.ContainsAsync("Type 'ok' to do it:");
        cancel.Type(typed);
        Assert.Equal(code, (await cancel.EndAsync()).ExitCode);
        await ClientDoesAsync("order", "wait", "1", "--for", state, "--timeout", "10s");
    }

    [Fact]
    public async Task A_final_act_is_not_asked_where_yes_was_said()
    {
        await ClientDoesAsync(Place);
        using var cancel = AtTerminal("client-cli order cancel 1 --yes");
        var (code, shown) = await cancel.EndAsync();
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("Order 1 cancelled.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("This cancels", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_nobody_would_see_is_not_asked_and_nothing_is_done()
    {
        await ClientDoesAsync(Place);
        using var cancel = AtTerminal($"client-cli order cancel 1 2>'{Scratch("err")}'; echo \"ended with $?\"; cat '{Scratch("err")}'; read -r _");
        await cancel.Shown.ContainsAsync("ended with 1");
        await cancel.Shown.ContainsAsync("Nothing was done. --yes does it without asking.");
        cancel.Type("\n");
        await cancel.EndAsync();
        await ClientDoesAsync("order", "wait", "1", "--for", "placed", "--timeout", "10s");
    }

    [Theory]
    [InlineData("en", "no", "This ends order 1. Type 'no' again to decline, 'revise' to ask for another quote:", "revise", "Revision of quote 1 requested.")]
    [InlineData("fr", "non", "Ceci termine la commande 1. Tapez encore 'non' pour refuser, 'autre' pour demander un autre devis:", "autre", "Révision du devis 1 demandée.")]
    public async Task Who_declines_a_quote_is_offered_to_ask_for_another(string language, string no, string offered, string another, string done)
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        await SupplierDoesAsync("quote", "approve", "1");
        using var follow = AtTerminal($"stty cols 200; exec client-cli --lang {language} inbox --follow");
        await follow.Shown.ContainsAsync(language == "fr" ? "Réponse: " : "Answer: ");
        follow.Type(no + "\n");
        await follow.Shown.ContainsAsync(offered);
        follow.Type(another + "\n");
        await follow.Shown.ContainsAsync(language == "fr" ? "Raison (Entrée pour aucune):" : "Reason (Enter for none):");
        follow.Type("x\n");
        await follow.Shown.ContainsAsync(done);
        follow.Type("\u0003");
        Assert.Equal(ExitCodes.Done, (await follow.EndAsync()).ExitCode);
    }

    [Theory]
    [InlineData("supplier-cli order approve 1 2>&1 >/dev/full", ExitCodes.Done, "It was done, though the output cannot be written")]
    [InlineData("supplier-cli order approve 1 2>&1 >&-", ExitCodes.Done, "It was done, though the output cannot be written")]
    [InlineData("supplier-cli --lang fr order show 1 2>&1 >/dev/full", ExitCodes.Refused, "La sortie ne peut être écrite : plus de place sur le périphérique\n")]
    [InlineData("supplier-cli order show 1 2>&1 >/dev/full", ExitCodes.Refused, "The output cannot be written")]
    [InlineData("supplier-cli order show 1 2>&1 >&-", ExitCodes.Refused, "The output cannot be written: the standard output is closed")]
    public async Task An_output_that_fails_is_told_apart_from_what_was_done(string command, int code, string said)
    {
        await ClientDoesAsync(Place);
        using var run = RealTools.InShell(command, Server.Address, Folder);
        var (ended, shown) = await run.EndAsync();
        Assert.Equal(code, ended);
        Assert.Contains(said, shown, StringComparison.Ordinal);
    }

    [GeneratedRegex("pid ([0-9]+)\\.")]
    private static partial Regex Number();

    private RealTools AtTerminal(string command) => RealTools.AtTerminal(command, Server.Address, Folder);
}
