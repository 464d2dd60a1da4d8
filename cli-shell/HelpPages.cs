using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrderGrpc.CliShell;

/// <summary>What --help shows beyond symbols: examples, and on the root exit codes and environment.</summary>
public sealed class HelpPages : SynchronousCommandLineAction
{
    private const int WidthWhenPiped = 120;
    private const string Required = "(REQUIRED)";

    private readonly HelpAction symbols;
    private readonly Shell shell;

    private HelpPages(HelpAction symbols, Shell shell)
    {
        this.symbols = symbols;
        this.shell = shell;
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Adds the sections to the root's --help.</summary>
    public static void AddTo(RootCommand root, Shell shell)
    {
        NameValues(root, shell.Texts);
        var option = root.Options.OfType<HelpOption>().FirstOrDefault();
        if (option?.Action is HelpAction symbols)
        {
            symbols.MaxWidth = shell.Dependencies.OutputIsTerminal ? shell.Dependencies.Width : WidthWhenPiped;
            option.Action = new HelpPages(symbols, shell);
            option.Description = shell.Texts.Help(option.Name);
        }

        if (root.Options.OfType<VersionOption>().FirstOrDefault() is { } version)
        {
            version.Description = shell.Texts.Help(version.Name);
        }
    }

    // A line of usage has arguments by the names that the parser knows.
    private static string WithValues(string line, Command command) => command.Subcommands.Append(command)
        .SelectMany(shown => shown.Arguments)
        .Aggregate(line, (usage, argument) => usage.Replace($"<{argument.Name}>", $"<{argument.HelpName}>", StringComparison.Ordinal));

    private static void NameValues(Command command, Texts texts)
    {
        foreach (var option in command.Options)
        {
            option.HelpName = option.HelpName is { } name ? texts.ValueName(name) : null;
        }

        foreach (var argument in command.Arguments)
        {
            argument.HelpName = texts.ValueName(argument.HelpName ?? argument.Name);
        }

        foreach (var inner in command.Subcommands)
        {
            NameValues(inner, texts);
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        output.Write(Symbols(parseResult));
        if (shell.Examples.TryGetValue(command, out var examples) && examples.Length > 0)
        {
            output.WriteLine(shell.Texts.Help("title.examples"));
            foreach (var example in examples)
            {
                output.WriteLine($"  {RootCommand.ExecutableName} {example}");
            }
        }

        if (command is RootCommand)
        {
            output.WriteLine(shell.Texts.Help("exit-codes"));
            output.WriteLine();
            output.WriteLine(shell.Texts.Help("environment"));
        }

        return ExitCodes.Done;
    }

    // The library's French leaves these words as they are, and pads its lines. What stands for its mark of
    // what is required has the mark's width, as columns were made with it.
    private string Symbols(ParseResult parsed)
    {
        using var text = new StringWriter();
        var configuration = parsed.InvocationConfiguration;
        var output = configuration.Output;
        configuration.Output = text;
        symbols.Invoke(parsed);
        configuration.Output = output;
        var lines = text.ToString()
            .Replace("[command]", shell.Texts.Help("title.command"), StringComparison.Ordinal)
            .Replace("[options]", shell.Texts.Help("title.options"), StringComparison.Ordinal)
            .Replace(Required, shell.Texts.Help("title.required").PadRight(Required.Length), StringComparison.Ordinal)
            .Replace("Description:", shell.Texts.Help("title.description"), StringComparison.Ordinal)
            .Split('\n');
        return string.Join('\n', lines.Select(line => WithValues(line.TrimEnd(), parsed.CommandResult.Command)));
    }
}
