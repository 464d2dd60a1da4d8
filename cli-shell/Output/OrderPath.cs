using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Where an order is on its way, as one line: what is done (✓), what is under way (►), what is to come (◦), or where it ended (✗).</summary>
public sealed class OrderPath(Texts texts, Words words)
{
    private const string Done = "✓";
    private const string Present = "►";
    private const string ToCome = "◦";
    private const string EndedHere = "✗";

    private static readonly string[] Steps = ["Placed", "Verified", "Quote", "Accepted", "Realized", "Confirmed"];

    /// <summary>The line, as loose as fits.</summary>
    public string Line(Order order, int columns)
    {
        var marked = Marked(order).ToList();
        string[] forms =
        [
            string.Join(" ─ ", marked.Select(m => $"{m.Mark} {m.Step}")),
            string.Join("  ", marked.Select(m => $"{m.Mark} {m.Step}")),
            string.Join(' ', marked.Select(m => $"{m.Mark}{m.Step}")),
        ];
        return forms.FirstOrDefault(form => CellWidth.Of(form) <= columns) ?? forms[^1];
    }

    private IEnumerable<(string Mark, string Step)> Marked(Order order)
    {
        var done = StepsDone(order.State);
        var ended = done is null;
        done ??= StepsKnown(order);
        for (var i = 0; i < Steps.Length; i++)
        {
            if (ended && i == done)
            {
                yield return (EndedHere, words.Of(order.State));
                yield break;
            }

            yield return (i < done ? Done : i == done ? Present : ToCome, texts.Name("STEP_" + Steps[i]) ?? Steps[i]);
        }
    }

    // How many of the steps are done in a state; null where it ended before the last.
    private static int? StepsDone(Order.Types.State state) => state switch
    {
        Order.Types.State.Placed => 1,
        Order.Types.State.Approved or Order.Types.State.QuoteDrafted => 2,
        Order.Types.State.QuoteSent => 3,
        Order.Types.State.InRealization => 4,
        Order.Types.State.Realized => 5,
        Order.Types.State.Completed => Steps.Length,
        _ => null,
    };

    // What an order that ended shows of its way itself.
    private static int StepsKnown(Order order) => order.State switch
    {
        Order.Types.State.QuoteDeclined => 3,
        Order.Types.State.QuoteWithheld => 2,
        _ when order.ReworkRound > 0 || order.RealizationNote.Length > 0 => 4,
        _ when order.Quote?.SendTime is not null => 3,
        _ when order.Quote is not null => 2,
        _ => 1,
    };
}
