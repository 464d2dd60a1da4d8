using System.Buffers;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>A row as csv (RFC 4180, for spreadsheets), tsv (for scripts) or jsonl (for programs).</summary>
public static class RowText
{
    /// <summary>What a csv begins with, so that spreadsheets read it as UTF-8; tsv, which scripts read, has none.</summary>
    public const string CsvStart = "\uFEFF";

    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n");
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>The line of names that csv and tsv begin with; empty for jsonl.</summary>
    public static string Header<T>(OutputFormat format, IReadOnlyList<RowColumn<T>> columns) => format switch
    {
        OutputFormat.Csv => CsvStart + string.Join(',', columns.Select(column => column.Name)) + "\r\n",
        OutputFormat.Tsv => string.Join('\t', columns.Select(column => column.Name)) + "\n",
        _ => "",
    };

    /// <summary>One row with its end of line.</summary>
    public static string Row<T>(OutputFormat format, IReadOnlyList<RowColumn<T>> columns, T row) => format switch
    {
        OutputFormat.Csv => string.Join(',', columns.Select(column => Csv(column.Kind, column.Value(row)))) + "\r\n",
        OutputFormat.Tsv => string.Join('\t', columns.Select(column => Tsv(column.Kind, column.Value(row)))) + "\n",
        _ => JsonText.Row(columns, row) + "\n",
    };

    /// <summary>
    /// Text that a spreadsheet would run as a formula gets an apostrophe before it, by which the
    /// spreadsheet knows it for text. What the tools write themselves is no formula.
    /// </summary>
    public static string Harmless(string text) => text.Length > 0 && FormulaStarts.Contains(text.TrimStart(' ') is [var first, ..] ? first : ' ') ? "'" + text : text;

    private static string Csv(CellKind kind, string value)
    {
        var cell = kind == CellKind.Text ? VisibleText.Block(Harmless(value)) : value;
        return cell.AsSpan().ContainsAny(NeedQuotes) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    // No quotes: what would end a cell or a line is escaped.
    private static string Tsv(CellKind kind, string value) => kind == CellKind.Text ? VisibleText.Line(Harmless(value)) : value;
}
