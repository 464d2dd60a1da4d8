namespace OrderGrpc.CliShell;

/// <summary>What a question was answered with.</summary>
public enum Answer
{
    /// <summary>Nothing: the input has ended, the question was left for later, or it was withdrawn.</summary>
    None,

    /// <summary>ok.</summary>
    Ok,

    /// <summary>no, or non.</summary>
    No,

    /// <summary>A word that the question offers beside these.</summary>
    Other,
}

/// <summary>Questions to the person at the tool. Asked on the error stream, so that the output has results alone.</summary>
/// <param name="lines">Where answers come from.</param>
/// <param name="printer">Where questions go.</param>
/// <param name="texts">In which language.</param>
/// <param name="withdrawn">Cancelled when the question no longer holds: then it has no answer.</param>
public sealed class Prompts(LineReader lines, Printer printer, Texts texts, CancellationToken withdrawn = default)
{
    /// <summary>Whether the person has left the question for later.</summary>
    public bool Skipped { get; private set; }

    /// <summary>Asks until the answer is ok, or no (non).</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="others">Further words that are an answer.</param>
    public async Task<Answer> OkOrNoAsync(string question, CancellationToken cancellation, params string[] others)
    {
        while (await LineAsync(question, cancellation) is { } line)
        {
            switch (line.ToLowerInvariant())
            {
                case "ok":
                    return Answer.Ok;
                case "no" or "non":
                    return Answer.No;
                case var word when others.Contains(word):
                    return Answer.Other;
                default:
                    printer.Notice(texts[Text.AnswerOkOrNo]);
                    break;
            }
        }

        return Answer.None;
    }

    /// <summary>Asks once, outside of any inbox: whether the answer is ok.</summary>
    public async Task<bool> ConfirmedAsync(string question, CancellationToken cancellation) =>
        string.Equals(await LineAsync(question, cancellation), "ok", StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks why; empty for nothing. Null where it is not answered: then nothing is to be done.</summary>
    public Task<string?> ReasonAsync(CancellationToken cancellation) => LineAsync(texts[Text.AskReason], cancellation);

    /// <summary>Asks for a line; null at the end of the input, for a question left for later, and for one withdrawn.</summary>
    public async Task<string?> LineAsync(string question, CancellationToken cancellation)
    {
        if (withdrawn.IsCancellationRequested)
        {
            return null;
        }

        lines.Forget();
        printer.Question(question);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, withdrawn);
        string? line;
        try
        {
            line = (await lines.ReadAsync(either.Token))?.Trim();
        }
        catch (OperationCanceledException)
        {
            printer.Answered(lineEnded: false);
            cancellation.ThrowIfCancellationRequested();
            return null;
        }

        printer.Answered(lineEnded: lines.IsTerminal && line is not null);
        Skipped = line?.ToLowerInvariant() is "skip" or "passer";
        return Skipped ? null : line;
    }
}
