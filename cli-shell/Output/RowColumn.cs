namespace OrderGrpc.CliShell;

/// <summary>What a cell holds: text of people, which is made harmless, or what the tools write themselves.</summary>
public enum CellKind
{
    /// <summary>Text, perhaps of other people.</summary>
    Text,

    /// <summary>A whole number, which JSON has as one.</summary>
    Number,

    /// <summary>A decimal or a time: a text in JSON, which would round it, and as it is everywhere else.</summary>
    Exact,
}

/// <summary>A column of flat rows.</summary>
/// <param name="Name">As --columns names it.</param>
/// <param name="Kind">What its cells hold.</param>
/// <param name="Value">The cell of a row; empty for none.</param>
public sealed record RowColumn<T>(string Name, CellKind Kind, Func<T, string> Value);
