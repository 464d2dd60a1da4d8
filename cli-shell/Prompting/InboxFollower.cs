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
    private readonly LineReader lines = LineReader.Of(session);

    /// <summary>Follows; returns one of <see cref="ExitCodes"/>.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
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

    private async Task WatchAsync(CancellationToken cancellation)
    {
        var request = new WatchOrdersRequest { Snapshot = true };
        await foreach (var message in new OrderWatch(session).ReadAsync(request, cancellation))
        {
            if ((message.SnapshotOrder ?? message.Event?.Order) is { } order)
            {
                tray.Update(order);
            }
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        var prompts = new Prompts(lines, session.Printer, session.Texts);
        lines.Start();
        while (!lines.Ended.IsCompleted)
        {
            var next = tray.TakeAsync(cancellation);
            if (await Task.WhenAny(next, lines.Ended) != next)
            {
                return;
            }

            await HandleAsync(prompts, await next, cancellation);
        }
    }

    private async Task HandleAsync(Prompts prompts, Order order, CancellationToken cancellation)
    {
        try
        {
            if (await desk.HandleAsync(session, prompts, order, cancellation) is { } after)
            {
                // Not left to the watch, which tells of it a moment later: what follows is asked in
                // the same sequence each time.
                tray.UpdateAhead(after);
            }
        }
        catch (Exception failure) when (Session.IsReported(failure))
        {
            session.Printer.Error(session.Report(failure));
        }
    }
}
