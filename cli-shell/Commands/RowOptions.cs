using System.CommandLine;

namespace OrderGrpc.CliShell.Commands;

/// <summary>--columns, of the commands whose results can be flat rows.</summary>
/// <param name="shell">What commands are built with.</param>
/// <param name="known">The columns there are.</param>
/// <param name="fallback">Those that are printed where none are named.</param>
public sealed class RowOptions<T>(Shell shell, IReadOnlyList<RowColumn<T>> known, string fallback)
{
    /// <summary>The option.</summary>
    public Option<string> Columns { get; } = new(RowOptionName.Columns)
    {
        Description = shell.Texts.Help(RowOptionName.Columns) + " " + string.Join(", ", known.Select(column => column.Name)),
        HelpName = "COLUMN,…",
    };

    /// <summary>What prints the rows; null where they are not asked for.</summary>
    /// <exception cref="CliException">A column is not known, or they are named for another form.</exception>
    public RowPrinter<T>? For(Session session, ParseResult parsed)
    {
        var named = parsed.GetValue(Columns);
        if (!session.Settings.Output.IsRows())
        {
            return named is null ? null : throw CliException.Usage(session.Texts[Text.ColumnsNeedRows]);
        }

        return new RowPrinter<T>(session, [.. (named ?? fallback).Split(',', StringSplitOptions.TrimEntries).Select(name => Find(session.Texts, name))]);
    }

    private RowColumn<T> Find(Texts texts, string name) =>
        known.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw CliException.Usage(texts.Format(Text.BadChoice, Columns.Name, name, string.Join(", ", known.Select(column => column.Name))));
}

/// <summary>The name by which a command is known to print rows.</summary>
public static class RowOptionName
{
    /// <summary>--columns.</summary>
    public const string Columns = "--columns";
}
