using System.CommandLine;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>What a tool's commands are built with: its role, its texts, and how an action is run.</summary>
public sealed class Shell
{
    /// <param name="role">Whose tool this is.</param>
    /// <param name="dependencies">Console, environment, clock and network.</param>
    /// <param name="language">The language of help; an action speaks that of --lang.</param>
    public Shell(Role role, CliDependencies dependencies, Language? language = null)
    {
        Role = role;
        Dependencies = dependencies;
        Texts = new Texts(language ?? Languages.BeforeParsing([], dependencies));
        Options = new GlobalOptions(Texts);
    }

    /// <summary>Whose tool this is.</summary>
    public Role Role { get; }

    /// <summary>Console, environment, clock and network.</summary>
    public CliDependencies Dependencies { get; }

    /// <summary>Texts of help and of errors in the command line.</summary>
    public Texts Texts { get; }

    /// <summary>The global options.</summary>
    public GlobalOptions Options { get; }

    /// <summary>Examples shown by --help, by command.</summary>
    public IDictionary<Command, string[]> Examples { get; } = new Dictionary<Command, string[]>();

    /// <summary>The name of a role's tool.</summary>
    public static string ToolOf(Role role) => Credentials.RoleName(role) + "-cli";

    /// <summary>A group of commands: a noun.</summary>
    public Command Noun(string name, params ReadOnlySpan<Command> verbs)
    {
        var noun = new Command(name, Texts.Help(name));
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }

    /// <summary>A command: its help, its symbols and what it does.</summary>
    /// <param name="path">Noun and verb, such as "order show": the verb is its name, the whole names its help.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="body">What it does; returns one of <see cref="ExitCodes"/>.</param>
    /// <param name="examples">Command lines without the tool's name.</param>
    public Command Verb(
        string path,
        IEnumerable<Symbol> symbols,
        Func<Session, ParseResult, CancellationToken, Task<int>> body,
        params string[] examples)
    {
        var command = new Command(path.Split(' ')[^1], Texts.Help(path));
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        Examples[command] = examples;
        command.SetAction((parsed, cancellation) => RunAsync(parsed, body, cancellation));
        return command;
    }

    /// <summary>An option whose help is found by its name.</summary>
    public Option<string> Option(string name, string valueName) =>
        new(name) { Description = Texts.Help(name), HelpName = valueName };

    /// <summary>An option that may be given more than once.</summary>
    public Option<string[]> ManyOption(string name, string valueName) =>
        new(name) { Description = Texts.Help(name), HelpName = valueName };

    /// <summary>An option without a value.</summary>
    public Option<bool> Flag(string name) => new(name) { Description = Texts.Help(name) };

    private async Task<int> RunAsync(
        ParseResult parsed,
        Func<Session, ParseResult, CancellationToken, Task<int>> body,
        CancellationToken cancellation)
    {
        Session? session = null;
        try
        {
            session = new Session(Role, Options.Read(parsed, Role, Dependencies, Texts), Dependencies);
            if (session.Settings.Output.IsRows() && !parsed.CommandResult.Command.Options.Any(option => option.Name == Commands.RowOptionName.Columns))
            {
                throw CliException.Usage(session.Texts[Text.NoRows]);
            }

            return await body(session, parsed, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception failure) when (session is not null && Session.IsReported(failure))
        {
            var report = session.Report(failure);
            session.Printer.Error(report);
            return report.ExitCode;
        }
        catch (CliException failure)
        {
            return ReportUsage(parsed, failure);
        }
        finally
        {
            session?.Dispose();
        }
    }

    private int ReportUsage(ParseResult parsed, CliException failure)
    {
        var format = Options.WantsJson(parsed, Dependencies) ? OutputFormat.Json : OutputFormat.Text;
        new Printer(Dependencies, format, Texts).Error(ErrorReport.From(failure));
        return failure.ExitCode;
    }
}
