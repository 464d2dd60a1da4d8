using System.Globalization;

namespace OrderGrpc.CliShell.Commands;

/// <summary>What cannot be taken back is said before it is done, to a person at a terminal. Scripts have decided already.</summary>
public static class Confirmation
{
    /// <summary>Asks; throws where the answer is anything but ok. Without a terminal nothing is asked.</summary>
    public static async Task AskAsync(Session session, string ends, long orderId, CancellationToken cancellation)
    {
        if (!session.Dependencies.InputIsTerminal)
        {
            return;
        }

        // A question that goes into a file is seen by nobody, and an answer to it would be to nothing.
        if (!session.Dependencies.ErrorIsTerminal)
        {
            throw CliException.Refused(session.Texts[Text.NotDone]);
        }

        session.Printer.Notice(string.Format(CultureInfo.InvariantCulture, ends, orderId));
        var lines = new LineReader(session.Dependencies, session.Printer);
        var prompts = new Prompts(lines, session.Printer, session.Texts);
        if (!await prompts.ConfirmedAsync(session.Texts[Text.AskConfirm], cancellation))
        {
            throw CliException.Refused(session.Texts[Text.NotDone]);
        }
    }
}
