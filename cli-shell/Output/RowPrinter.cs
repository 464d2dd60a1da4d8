namespace OrderGrpc.CliShell;

/// <summary>Prints flat rows: the header once, also where no row comes.</summary>
public sealed class RowPrinter<T>(Session session, IReadOnlyList<RowColumn<T>> columns)
{
    private bool begun;

    /// <summary>The line of names, unless it is there already.</summary>
    public void Begin()
    {
        if (!begun)
        {
            begun = true;
            session.Printer.JsonPart(RowText.Header(session.Settings.Output, columns));
        }
    }

    /// <summary>One row.</summary>
    public void Print(T row)
    {
        Begin();
        session.Printer.JsonPart(RowText.Row(session.Settings.Output, columns, row));
    }
}
