using Google.Protobuf;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell.Commands;

/// <summary>Prints a list page by page, so that a long one needs no more memory than a short one.</summary>
/// <param name="session">Where to.</param>
/// <param name="printTable">Prints one page for people, with or without a header.</param>
/// <param name="rows">Prints flat rows; null where they are not asked for.</param>
public sealed class PagePrinter<T>(Session session, Action<Session, IEnumerable<T>, bool> printTable, Action<T>? rows = null)
    where T : IMessage
{
    /// <summary>Prints at most that many, or all; says so on the error stream when there are more.</summary>
    public async Task<int> PrintAsync(int? limit, Func<int, string, Task<(IReadOnlyList<T> Items, string Next)>> fetch)
    {
        var printed = 0;
        var token = "";
        using var waiting = session.Waiting(() => printed);
        do
        {
            var (items, next) = await fetch(Math.Min(ContractLimits.MaxPageSize, (limit ?? int.MaxValue) - printed), token);
            Print(items, printed);
            printed += items.Count;
            token = next;
        }
        while (token.Length > 0 && (limit is null || printed < limit));

        if (session.Printer.Json && rows is null)
        {
            session.Printer.JsonPart(printed == 0 ? "[]\n" : "]\n");
        }
        else if (printed == 0)
        {
            session.Printer.Notice(session.Texts[Text.NothingFound]);
        }

        if (token.Length > 0)
        {
            session.Printer.Notice(session.Texts.Format(Text.MoreExist, printed));
        }

        return printed;
    }

    private void Print(IReadOnlyList<T> items, int before)
    {
        if (items.Count == 0)
        {
            return;
        }

        if (rows is not null)
        {
            foreach (var item in items)
            {
                rows(item);
            }

            return;
        }

        if (!session.Printer.Json)
        {
            printTable(session, items, before == 0);
            return;
        }

        for (var i = 0; i < items.Count; i++)
        {
            session.Printer.JsonPart((before + i == 0 ? "[" : ",\n") + JsonText.Of(items[i]));
        }
    }
}
