using System.Text;

namespace OrderGrpc.CliShell;

/// <summary>One column of a table.</summary>
/// <param name="Name">Its header.</param>
/// <param name="Weight">How much it matters: where the terminal is too narrow, the least goes first.</param>
/// <param name="Least">Its cells may be cut down to so many columns; 0 for never.</param>
/// <param name="Expected">Columns that it has at least, for rows that are not known yet.</param>
/// <param name="ToRight">Whether its cells stand at its right.</param>
/// <param name="BreakAt">Where its cells may be cut.</param>
public sealed record Column(string Name, int Weight, int Least = 0, int Expected = 0, bool ToRight = false, string BreakAt = " ");

/// <summary>
/// Rows in columns. Where they are wider than the terminal, empty columns go, then cells are cut,
/// then columns go, by their weight, and again for those that are left. What the first rows have
/// settled holds for those that follow, so that a long list stays one table.
/// </summary>
public sealed class Table(IReadOnlyList<Column> columns, int width)
{
    private const string Gap = "  ";

    private readonly int[] natural = [.. columns.Select(c => Math.Max(CellWidth.Of(c.Name), c.Expected))];
    private List<int>? kept;
    private int[] widths = [];

    /// <summary>The lines of some rows, without a trailing blank; the header is that of all.</summary>
    public (string Header, IReadOnlyList<string> Rows) Lines(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                natural[i] = Math.Max(natural[i], CellWidth.Of(row[i]));
            }
        }

        Fit(rows);
        return (Line([.. columns.Select(c => c.Name)]), [.. rows.Select(Line)]);
    }

    private void Fit(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var settled = kept is not null;
        kept ??= [.. Enumerable.Range(0, columns.Count)];
        while (Overrun() is var over and > 0)
        {
            var empty = settled ? [] : kept.Where(i => columns[i].Expected == 0 && rows.All(r => r[i].Length == 0)).ToList();
            var spare = (empty.Count > 0 ? empty : kept).MinBy(i => columns[i].Weight);
            if (empty.Count == 0)
            {
                over = CutCells(over, rows);
                if (over <= 0 || kept.Count == 1)
                {
                    break;
                }
            }

            kept.Remove(spare);
        }

        if (kept.Count == 1)
        {
            widths[kept[0]] = Math.Min(widths[kept[0]], width);
        }
    }

    // How many columns too wide it is uncut.
    private int Overrun()
    {
        widths = [.. natural];
        return kept!.Sum(i => widths[i]) + (Gap.Length * (kept!.Count - 1)) - width;
    }

    private int CutCells(int over, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        foreach (var i in kept!.Where(i => columns[i].Least > 0).OrderBy(i => columns[i].Weight))
        {
            var least = Math.Max(columns[i].Least, CellWidth.Of(columns[i].Name));
            var before = widths[i];
            widths[i] -= Math.Clamp(before - least, 0, over);
            if (widths[i] < before && columns[i].Expected == 0)
            {
                // Cut at blanks, they may need less than they were left: that is for the columns that matter more.
                widths[i] = Math.Max(CellWidth.Of(columns[i].Name), rows.Max(row => CellWidth.Of(Cut(row, i))));
            }

            over -= before - widths[i];
            if (over <= 0)
            {
                break;
            }
        }

        return over;
    }

    private string Cut(IReadOnlyList<string> cells, int column) => TextFlow.Cut(cells[column], widths[column], columns[column].BreakAt);

    private string Line(IReadOnlyList<string> cells)
    {
        var line = new StringBuilder();
        foreach (var i in kept!)
        {
            var cell = Cut(cells, i);
            var blanks = new string(' ', widths[i] - CellWidth.Of(cell));
            line.Append(columns[i].ToRight ? blanks + cell : cell + blanks).Append(Gap);
        }

        return line.ToString().TrimEnd(' ');
    }
}
