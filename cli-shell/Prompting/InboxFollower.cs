using System.Runtime.InteropServices;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// inbox --follow: watches what waits for the caller and asks about it, one order at a time, until
/// Ctrl-C or the end of the input. A refusal is told, and work goes on.
/// </summary>
public sealed class InboxFollower(Session session, IInboxDesk desk) : IDisposable
{
    private readonly InboxTray tray = new(InboxCommand.WaitingOnMe(session.Role));
    private readonly LineReader lines = new(session.Dependencies, session.Printer);
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Follows; returns one of <see cref="ExitCodes"/>.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var foreground = OnForeground();
        session.Printer.Notice(session.Texts[Text.Following]);
        var watching = WatchAsync(stop.Token);
        var asking = AskAsync(stop.Token);
        try
        {
            await await Task.WhenAny(watching, asking);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how it ends.
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(watching, asking).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return ExitCodes.Done;
    }

    /// <inheritdoc/>
    public void Dispose() => tray.Dispose();

    // The shell has written its own lines since: the question stands above them.
    private PosixSignalRegistration? OnForeground() =>
        session.Dependencies.InputIsTerminal && !OperatingSystem.IsWindows()
            ? PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => session.Printer.AskAgain())
            : null;

    private async Task WatchAsync(CancellationToken cancellation)
    {
        var request = new WatchOrdersRequest { Snapshot = true };
        await foreach (var message in new WatchFollower(session).ReadAsync(request, cancellation))
        {
            if (message.Event is { } told && EventNews.Of(session.Texts, told.Event, session.Role) is { } news)
            {
                session.Printer.Notice(news);
            }

            if ((message.SnapshotOrder ?? message.Event?.Order) is { } order)
            {
                tray.Update(order);
            }

            if (message.CaughtUp is not null)
            {
                caughtUp.TrySetResult();
            }
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        lines.Start();
        while (!lines.Ended.IsCompleted)
        {
            var next = tray.TakeAsync(cancellation);
            if (await Task.WhenAny(next, lines.Ended) != next)
            {
                break;
            }

            var (order, withdrawn) = await next;
            try
            {
                await HandleAsync(order, withdrawn, cancellation);
            }
            finally
            {
                tray.Close();
            }
        }

        // An input that is empty asks nothing of a server; that there is none is worth an error all the same.
        await caughtUp.Task.WaitAsync(cancellation);
    }

    private async Task HandleAsync(Order order, CancellationToken withdrawn, CancellationToken cancellation)
    {
        var prompts = new Prompts(lines, session.Printer, session.Texts, withdrawn);
        try
        {
            if (await desk.HandleAsync(session, prompts, order, cancellation) is { } after)
            {
                // Not left to the watch, which tells of it a moment later: what follows is asked in
                // the same sequence each time.
                tray.UpdateAhead(after);
            }
            else if (withdrawn.IsCancellationRequested)
            {
                session.Printer.Notice(session.Texts.Format(Text.QuestionWithdrawn, order.Id));
            }
            else if (prompts.Skipped)
            {
                session.Printer.Notice(session.Texts.Format(Text.QuestionSkipped, order.Id));
            }
        }
        catch (Exception failure) when (Session.IsReported(failure))
        {
            session.Printer.Error(session.Report(failure));
        }
    }
}
