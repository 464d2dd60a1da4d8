namespace OrderGrpc.CliShell;

/// <summary>Questions to the person at the tool. Asked on the error stream, so that the output has results alone.</summary>
public sealed class Prompts(LineReader lines, Printer printer, Texts texts)
{
    /// <summary>Asks until the answer is ok, or no (non).</summary>
    /// <returns>Whether it was ok; null at the end of the input.</returns>
    public async Task<bool?> OkOrNoAsync(string question, CancellationToken cancellation)
    {
        while (true)
        {
            printer.Question(question);
            switch ((await ReadAsync(cancellation))?.Trim().ToLowerInvariant())
            {
                case null:
                    return null;
                case "ok":
                    return true;
                case "no" or "non":
                    return false;
                default:
                    printer.Notice(texts[Text.AnswerOkOrNo]);
                    break;
            }
        }
    }

    /// <summary>Asks why; empty for nothing, also at the end of the input.</summary>
    public async Task<string> ReasonAsync(CancellationToken cancellation)
    {
        printer.Question(texts[Text.AskReason]);
        return (await ReadAsync(cancellation))?.Trim() ?? "";
    }

    /// <summary>Asks for a line; null at the end of the input.</summary>
    public Task<string?> LineAsync(string question, CancellationToken cancellation)
    {
        printer.Question(question);
        return ReadAsync(cancellation);
    }

    private async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var line = await lines.ReadAsync(cancellation);
        printer.Answered(lineEnded: lines.IsTerminal && line is not null);
        return line;
    }
}
