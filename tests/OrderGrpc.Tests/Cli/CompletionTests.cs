using System.Diagnostics;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Cli;

/// <summary>Completion: what is offered, and the scripts in the shells themselves.</summary>
public sealed class CompletionTests : ServedCli
{
    [Fact]
    public async Task States_are_offered_also_behind_a_comma()
    {
        Assert.Contains("quote_sent\n", await ClientDoesAsync(Suggest("client-cli order list --state q")), StringComparison.Ordinal);
        Assert.Equal("placed,quote_declined\nplaced,quote_drafted\nplaced,quote_sent\nplaced,quote_withheld\n", await ClientDoesAsync(Suggest("client-cli order wait 1 --for placed,q")));
    }

    [Fact]
    public async Task The_ids_of_the_orders_that_a_verb_can_be_about_are_offered()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        Assert.Contains("\n2\n", "\n" + await SupplierDoesAsync(Suggest("supplier-cli order approve ")), StringComparison.Ordinal);
        Assert.DoesNotContain("\n1\n", "\n" + await SupplierDoesAsync(Suggest("supplier-cli order approve ")), StringComparison.Ordinal);
        Assert.Contains("\n1\n2\n", "\n" + await SupplierDoesAsync(Suggest("supplier-cli order show ")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_no_ids_are_offered_and_nothing_is_said()
    {
        var away = new CliRun($"http://127.0.0.1:{ServerProcess.FreeAddress().Split(':')[^1]}", Scratch(""));
        var result = await away.ClientAsync(Suggest("client-cli order show "));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("\n1\n", "\n" + result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_holds_nobody_up()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        CliRun.WriteToken(Scratch($"ordergrpc/localhost_{port}.client.token"), "any");
        var asked = Stopwatch.StartNew();
        var result = await new CliRun($"http://127.0.0.1:{port}", Folder).ClientAsync(Suggest("client-cli order show "));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));

        // Its time is 300 ms; a busy machine has more, and a call without that time has 10 s.
        Assert.True(asked.Elapsed < CliSettings.DefaultTimeout / 2, $"{asked.Elapsed}");
        Assert.Equal(TimeSpan.FromMilliseconds(300), Completions.Patience);
    }

    [Fact]
    public async Task Contexts_and_orders_that_can_be_replaced_are_offered()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        await ClientDoesAsync("order", "cancel", "2");
        await ClientDoesAsync("context", "add", "work", "--server", Server.Address);
        Assert.Equal("2\n", await ClientDoesAsync(Suggest("client-cli order place --replaces ")));
        Assert.StartsWith("work\n", await ClientDoesAsync(Suggest("client-cli context use w")), StringComparison.Ordinal);
        Assert.Equal("work\n", await ClientDoesAsync(Suggest("client-cli --context ")));
    }

    [Theory]
    [InlineData("bash", "COMP_LINE='client-cli order can' COMP_POINT=20 COMP_WORDS=(client-cli order can) COMP_CWORD=2; _client-cli_completion; echo \"${COMPREPLY[@]}\"")]
    [InlineData("zsh", "autoload -Uz compinit; compinit -u -D; compadd() { print -r -- ${@:#--} }; words=(client-cli order can) CURRENT=3 PREFIX=can; _client-cli_completion")]
    [InlineData("pwsh", "([System.Management.Automation.CommandCompletion]::CompleteInput('client-cli order can', 20, $null)).CompletionMatches.CompletionText")]
    [InlineData("fish", "complete -C 'client-cli order can' | string split -f 1 \\t")]
    public async Task The_script_completes_in_its_shell(string shell, string type)
    {
        Assert.SkipUnless(IsThere(shell), $"there is no {shell}");
        var script = Scratch("script");
        await File.WriteAllTextAsync(script, await ClientDoesAsync("completion", shell));
        Assert.Equal("cancel\n", await RunAsync(shell, Sourced(shell, script, type)));
    }

    [Fact]
    public async Task The_script_for_zsh_can_be_read_by_it()
    {
        Assert.SkipUnless(IsThere("zsh"), "there is no zsh");
        Assert.Equal("", await RunAsync("zsh", "autoload -Uz compinit; compinit -u -D; source /dev/stdin", await ClientDoesAsync("completion", "zsh")));
    }

    [Theory]
    [InlineData("en", "There is no command 'plase'.", "Did you mean 'place'?")]
    [InlineData("fr", "La commande « plase » n'existe pas.", "Vouliez-vous dire « place » ?")]
    public async Task A_word_that_is_not_known_is_answered_with_the_nearest_and_with_what_there_is(string language, string unknown, string nearest)
    {
        var result = await Cli.ClientAsync("order", "plase", "--lang", language);
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(unknown, result.Error, StringComparison.Ordinal);
        Assert.Contains("place, cancel, list, show, check, history, watch, wait", result.Error, StringComparison.Ordinal);
        Assert.Contains(nearest, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--name manque.\n--email manque.", "order", "place")]
    [InlineData("L'option « --stat » n'existe pas. Vouliez-vous dire « --state » ?", "order", "list", "--stat", "x")]
    [InlineData("--state attend une valeur.", "order", "list", "--state")]
    [InlineData("--limit est donné plus d'une fois.", "order", "list", "--limit", "1", "--limit", "2")]
    [InlineData("ID manque.", "order", "show")]
    [InlineData("« 2 » est un mot de trop.", "order", "show", "1", "2")]
    [InlineData("« order approve » est une commande de supplier-cli.", "order", "approve", "1")]
    [InlineData("« abc » n'est pas un numéro de commande", "order", "show", "abc")]
    [InlineData("La commande « foo » n'existe pas.", "help", "foo")]
    public async Task An_error_of_the_command_line_is_said_in_French_to_the_end(string said, params string[] arguments)
    {
        Cli["LANG"] = "fr_FR.UTF-8";
        var result = await Cli.ClientAsync(arguments);
        Assert.Equal((ExitCodes.Usage, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("Erreur : " + said, result.Error, StringComparison.Ordinal);
        Assert.Equal(said.Split('\n').Length + 1, result.Error.TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData("client", "order", "place")]
    [InlineData("client", "order", "watch")]
    [InlineData("client", "order", "list")]
    [InlineData("client", "context", "add")]
    [InlineData("supplier", "quote", "draft")]
    public async Task Help_is_French_to_the_end(string tool, params string[] command)
    {
        var help = (await Cli.RunAsync(tool == "client" ? V1.Role.Client : V1.Role.Supplier, [.. command, "--help", "--lang", "fr"])).Output;
        Assert.StartsWith("Description :\n", help, StringComparison.Ordinal);
        Assert.All(
            ["[command]", "REQUIRED", "<NAME>", "<FILE>", "<TEXT>", "<TIME>", "<DIR>", "AMOUNT", "QTY", "STATE", "COLUMN", "default"],
            english => Assert.DoesNotContain(english, help, StringComparison.Ordinal));

        // One column for what options do, whether they are required or not.
        var columns = help.Split('\n').Where(line => line.StartsWith("  --", StringComparison.Ordinal) && line.Contains("  ", StringComparison.Ordinal))
            .Select(line => line.Length - line[line.LastIndexOf("  ", StringComparison.Ordinal)..].TrimStart().Length).Distinct();
        Assert.Single(columns);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task The_manual_page_has_every_command_and_its_requests_are_known(string language)
    {
        var page = await ClientDoesAsync("help", "manual", "--lang", language);
        Assert.All(["order place", "quote revise ID", "order watch ID", "inbox"], command => Assert.Contains($"\n.SS {command}\n", page, StringComparison.Ordinal));
        Assert.All(page.Split('\n').Where(line => line.StartsWith('.')), line => Assert.Contains(line.Split(' ')[0], (string[])[".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".br"]));
    }

    [Fact]
    public async Task The_topics_of_help_are_texts_of_their_own()
    {
        Assert.Contains("quote_withheld", await ClientDoesAsync("help", "states"), StringComparison.Ordinal);
        Assert.Contains("ORDERGRPC_SERVER", await ClientDoesAsync("help", "environment"), StringComparison.Ordinal);
        Assert.Contains("order wait", await ClientDoesAsync("help", "exit-codes"), StringComparison.Ordinal);
        Assert.Equal(await ClientDoesAsync("order", "list", "--help"), await ClientDoesAsync("help", "order", "list"));
    }

    // zsh has its functions of completion only once it was told so, and PowerShell its own word for it.
    private static string Sourced(string shell, string script, string type) => shell switch
    {
        "zsh" => type.Replace("compinit -u -D;", $"compinit -u -D; source {script};", StringComparison.Ordinal),
        "pwsh" => $". ([scriptblock]::Create((Get-Content -Raw {script}))); {type}",
        _ => $"source {script}; {type}",
    };

    private static string[] Suggest(string line) => [$"[suggest:{line.Length}]", line];

    private static bool IsThere(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, shell)));

    private static async Task<string> RunAsync(string shell, string script, string input = "")
    {
        var tool = Path.Combine(Repository.Root, "client-cli", "bin", "Debug", "net10.0");
        var start = new ProcessStartInfo(shell, ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = tool + ":" + start.Environment["PATH"];
        using var running = Process.Start(start)!;
        await running.StandardInput.WriteAsync(input);
        running.StandardInput.Close();
        var (output, error) = (running.StandardOutput.ReadToEndAsync(), running.StandardError.ReadToEndAsync());
        await running.WaitForExitAsync().WaitAsync(Deadlines.Patience);
        return await output + await error;
    }
}
