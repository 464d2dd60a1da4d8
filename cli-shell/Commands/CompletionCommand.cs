using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>completion bash|zsh|fish|pwsh: prints the script that completes the tool's words in that shell.</summary>
public static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = "bash.sh", ["zsh"] = "zsh.zsh", ["fish"] = "fish.fish", ["pwsh"] = "pwsh.ps1" };

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell) => shell.Noun("completion", [.. Scripts.Keys.Select(name => CreateFor(shell, name))]);

    private static Command CreateFor(Shell shell, string name)
    {
        var command = new Command(name, shell.Texts.Help("completion " + name));
        command.SetAction(_ => shell.Dependencies.Output.Write(Read(Scripts[name]).Replace("TOOL", Shell.ToolOf(shell.Role), StringComparison.Ordinal)));
        return command;
    }

    private static string Read(string script)
    {
        using var reader = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream("OrderGrpc.CliShell.Completion." + script)!);
        return reader.ReadToEnd();
    }
}
