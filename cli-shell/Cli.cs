using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Runs one command line from its words to its exit code.</summary>
public static class Cli
{
    // No response files: "--note @home" is a note.
    private static readonly ParserConfiguration Words = new() { ResponseFileTokenReplacer = null };

    // EPIPE, as the runtime passes it on; the same number on Linux and macOS.
    private const int BrokenPipe = 32;

    // Long enough to let go of a connection, short enough for who pressed Ctrl-C.
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(2);

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The words behind the tool's name.</param>
    /// <param name="role">Whose tool it is.</param>
    /// <param name="dependencies">Console, environment, clock and network.</param>
    /// <param name="buildRootCommand">Makes the tool's commands.</param>
    /// <param name="cancellation">Ends it, besides Ctrl-C.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        Role role,
        CliDependencies dependencies,
        Func<Shell, RootCommand> buildRootCommand,
        CancellationToken cancellation = default)
    {
        var language = Languages.BeforeParsing(arguments, dependencies);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language.Tag());
        var shell = new Shell(role, dependencies, language);
        var root = buildRootCommand(shell);
        HelpPages.AddTo(root, shell);
        Completions.AddTo(root, shell);

        var parsed = root.Parse(arguments, Words);
        try
        {
            if (parsed.Action is ParseErrorAction)
            {
                return ReportParseErrors(parsed, root, shell);
            }

            var invocation = new InvocationConfiguration
            {
                Output = dependencies.Output,
                Error = dependencies.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = EndWithin,
            };
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (IOException failure) when (failure.HResult == BrokenPipe)
        {
            // Whoever reads has enough, as "head" does.
            return ExitCodes.Done;
        }
        catch (IOException failure)
        {
            return Report(CliException.Refused(shell.Texts.Format(Text.OutputFailed, shell.Texts.CauseOf(failure))), shell);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of this tool: said in one line, as people cannot do anything with a stack trace.
            return Report(CliException.Refused(shell.Texts.Format(Text.Fault, failure.GetType().Name, failure.Message)), shell);
        }
    }

    /// <summary>Prints the help of a command; what is none is an error.</summary>
    public static int Help(IReadOnlyList<string> words, RootCommand root, Shell shell, TextWriter output)
    {
        var parsed = root.Parse(words, Words);
        return parsed.UnmatchedTokens.Count > 0
            ? ReportParseErrors(parsed, root, shell)
            : root.Parse([.. words, "--help"], Words).Invoke(new InvocationConfiguration { Output = output });
    }

    private static int ReportParseErrors(ParseResult parsed, RootCommand root, Shell shell)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            // A noun alone asks what there is.
            Help([.. PathOf(command).Reverse().Skip(1)], root, shell, shell.Dependencies.Error);
            return ExitCodes.Usage;
        }

        var format = shell.Options.WantsJson(parsed, shell.Dependencies) ? OutputFormat.Json : OutputFormat.Text;
        new Printer(shell.Dependencies, format, shell.Texts).Error(new ErrorReport
        {
            ExitCode = ExitCodes.Usage,
            Code = "INVALID_ARGUMENT",
            Message = string.Join('\n', ParseErrors.Of(parsed, shell)),
            Hint = shell.Texts.Format(Text.SeeHelp, LineOf(command)),
        });
        return ExitCodes.Usage;
    }

    private static int Report(CliException error, Shell shell)
    {
        new Printer(shell.Dependencies, OutputFormat.Text, shell.Texts).Error(ErrorReport.From(error));
        return error.ExitCode;
    }

    /// <summary>A command as it is typed, such as "client-cli order list".</summary>
    internal static string LineOf(Symbol command) => string.Join(' ', PathOf(command).Reverse());

    private static IEnumerable<string> PathOf(Symbol? command)
    {
        for (; command is not null; command = command.Parents.FirstOrDefault())
        {
            yield return command is RootCommand ? RootCommand.ExecutableName : command.Name;
        }
    }
}
