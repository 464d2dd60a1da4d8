using System.CommandLine;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>help: a topic, the help of a command, or of the tool; and the tool's manual page.</summary>
public static class HelpCommand
{
    private const string Manual = "manual";

    /// <summary>Makes the command; the root is that of the tool, whole by the time it is run.</summary>
    public static Command Create(Shell shell, RootCommand root)
    {
        var words = new Argument<string[]>("TOPIC") { Description = shell.Texts.Help("help TOPIC"), HelpName = "TOPIC", Arity = ArgumentArity.ZeroOrMore };
        words.CompletionSources.Add(_ => HelpTopics.Names.Append(Manual).Concat(root.Subcommands.Select(noun => noun.Name)).Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        var command = new Command("help", shell.Texts.Help("help")) { words };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            switch (parsed.GetValue(words))
            {
                case [Manual]:
                    output.Write(new ManualPage(shell, root).Text());
                    return ExitCodes.Done;
                case [var topic] when HelpTopics.Names.Contains(topic):
                    output.WriteLine(HelpTopics.Text(topic, shell.Texts));
                    return ExitCodes.Done;
                case var of:
                    return Cli.Help(of ?? [], root, shell, output);
            }
        });
        return command;
    }
}
