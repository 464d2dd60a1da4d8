namespace OrderGrpc.CliShell;

/// <summary>
/// Everything that a tool takes from outside: the console, the environment, the clock and the
/// network. Tests give their own and run a command in process.
/// </summary>
public sealed class CliDependencies
{
    /// <summary>Width of a table where the output is not a terminal: as wide as it needs.</summary>
    public const int UnlimitedWidth = 10_000;

    /// <summary>Where answers to prompts come from.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Everything else: errors, notices, prompts.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The clock of deadlines and delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether a person types the input: then nothing is read before it was asked for.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Throws away what a person has typed and nobody has read.</summary>
    public Action DiscardTyped { get; init; } = () => { };

    /// <summary>Whether a person sees the output: then tables fit its width and may be in colour.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person sees the error stream: then questions are answered there, and something moves while they wait.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>What a person types, key by key; null where lines are read.</summary>
    public IKeys? Keys { get; init; }

    /// <summary>Whether the terminal knows no escape sequences.</summary>
    public bool TerminalIsDumb => Variable("TERM") is "dumb" || (Variable("TERM") is null && !OperatingSystem.IsWindows());

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = UnlimitedWidth;

    /// <summary>The variable, or null where it is not set or empty.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether a stream is written with colour.</summary>
    public bool Styles(ColorChoice choice, bool isTerminal) =>
        choice == ColorChoice.Always || (choice == ColorChoice.Auto && isTerminal && !TerminalIsDumb && Variable("NO_COLOR") is null);

    /// <summary>How times are written: on a terminal as people read them, elsewhere as scripts do.</summary>
    public TimesChoice Settle(TimesChoice choice) =>
        choice != TimesChoice.Auto ? choice : OutputIsTerminal ? TimesChoice.Local : TimesChoice.Utc;
}
