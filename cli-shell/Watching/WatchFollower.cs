using System.Runtime.CompilerServices;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// A watch that goes on across lost connections and restarts of the server, and with another server where
/// there are several: it asks again for what comes after the last message that its reader has handled, so the
/// reader sees each event once.
/// </summary>
public sealed class WatchFollower(Session session)
{
    // The server says something at least every 15 s; four missed ones are a dead connection.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly TimeProvider time = session.Dependencies.Time;

    /// <summary>
    /// Reads until cancelled, which throws OperationCanceledException, or refused. A first
    /// connection that cannot be made ends it after a few attempts; a later one is tried for ever.
    /// </summary>
    /// <param name="start">The first request. Where a connection breaks during a snapshot, the snapshot is told again from its start.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<WatchOrdersResponse> ReadAsync(
        WatchOrdersRequest start,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = start.Clone();
        var servers = session.Connection.Servers;
        var everConnected = false;
        ServerAddress? lost = null; // as it was told
        var started = time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            var server = servers.Server;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var call = session.Connection.Queries.WatchOrders(request, session.Connection.Options(deadline: null, stop.Token));
            RpcException? failure;
            while (true)
            {
                (var message, failure) = await NextAsync(call, cancellation);
                if (message is null)
                {
                    break;
                }

                if (lost is not null)
                {
                    session.Printer.Notice(session.Texts.Format(lost == server ? Text.ConnectionBack : Text.ConnectionElsewhere, server));
                    lost = null;
                }

                servers.Stay(server);
                everConnected = true;
                attempt = 1;
                yield return message;
                Advance(request, message);
            }

            await stop.CancelAsync();
            if (GoesOn(failure, everConnected))
            {
                servers.GoOn(server, failure ?? SilentEnd());
            }

            var mayRetry = everConnected || time.GetUtcNow() - started < session.Settings.Timeout;
            var wait = (mayRetry ? WaitBefore(failure, attempt, servers.Count, everConnected) : null) ?? throw (failure ?? SilentEnd());
            if (everConnected && lost is null)
            {
                session.Printer.Notice(session.Texts.Format(Text.ConnectionLost, server));
                lost = server;
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    /// <summary>The next message, or what the stream ended with: null for an end without an error.</summary>
    private async Task<(WatchOrdersResponse? Message, RpcException? Failure)> NextAsync(
        AsyncServerStreamingCall<WatchOrdersResponse> call,
        CancellationToken cancellation)
    {
        try
        {
            var moved = await call.ResponseStream.MoveNext(cancellation).WaitAsync(LongestSilence, time, cancellation);
            return (moved ? call.ResponseStream.Current : null, null);
        }
        catch (TimeoutException)
        {
            return (null, new RpcException(new Status(StatusCode.Unavailable, session.Texts[Text.CauseSilent])));
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, failure);
        }
    }

    private RpcException SilentEnd() => new(new Status(StatusCode.Unavailable, session.Texts[Text.CauseReset]));

    private static TimeSpan? WaitBefore(RpcException? failure, int attempt, int servers, bool everConnected) =>
        failure is not null && RetryPolicy.BusyFor(failure) is { } busy ? busy
        : GoesOn(failure, everConnected) ? RetryPolicy.DelayWhenUnreachable(attempt, servers, everConnected || failure is null)
        : null;

    private static bool GoesOn(RpcException? failure, bool everConnected) =>
        failure is null || RetryPolicy.IsUnreachable(failure) || (everConnected && failure.StatusCode is StatusCode.Cancelled or StatusCode.Unknown);

    private static void Advance(WatchOrdersRequest request, WatchOrdersResponse handled)
    {
        // Before its caught_up a snapshot is not whole, and its position says nothing about what was sent.
        if (request.Snapshot && handled.MessageCase != WatchOrdersResponse.MessageOneofCase.CaughtUp)
        {
            return;
        }

        request.Snapshot = false;
        request.AfterPosition = handled.Position;
    }
}
