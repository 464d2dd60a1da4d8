using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>
/// Makes a call, and makes it again where that is safe and may help: the server was not reached,
/// went away, or is busy. Where there are several it goes on with the next. A command goes with one
/// request_id for all its attempts, so it is done once.
/// </summary>
public sealed class RetryingCalls(Connection connection, TimeProvider time, Func<DateTimeOffset> deadline, bool untilReached, Func<IDisposable?>? waiting = null)
{
    /// <summary>Whether any attempt may have reached the server, so that what it asked for may have been done.</summary>
    public bool MayHaveArrived { get; private set; }

    /// <summary>Calls until answered, refused, or out of attempts or time.</summary>
    /// <param name="call">One attempt.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<TResponse> CallAsync<TResponse>(Func<CallOptions, AsyncUnaryCall<TResponse>> call, CancellationToken cancellation)
    {
        using var shown = waiting?.Invoke();
        var until = deadline();
        for (var attempt = 1; ; attempt++)
        {
            var server = connection.Servers.Server;
            try
            {
                using var running = call(connection.Options(until.UtcDateTime, cancellation));
                var answer = await running.ResponseAsync;
                connection.Servers.Stay(server);
                connection.Answered(await running.ResponseHeadersAsync);
                return answer;
            }
            catch (RpcException ended)
            {
                var failure = ended.StatusCode == StatusCode.DeadlineExceeded && !connection.Servers.IsReached ? NeverConnected() : ended;
                MayHaveArrived |= !RetryPolicy.IsNeverSent(failure);
                cancellation.ThrowIfCancellationRequested();
                if (IsWorthAnother(failure))
                {
                    connection.Servers.GoOn(server, failure);
                }

                if (Wait(failure, attempt) is not { } wait || !(untilReached || time.GetUtcNow() + wait < until))
                {
                    throw failure;
                }

                await Task.Delay(wait, time, cancellation);
                until = untilReached ? deadline() : until;
            }
        }
    }

    // Time ran out before there was a connection: what is wrong is the address.
    private static RpcException NeverConnected() => new(new Status(StatusCode.Unavailable, "Connection timed out", new TimeoutException("Connection timed out")));

    // Somebody who answers prompts has decided already; the answer waits for the server.
    private bool IsWorthAnother(RpcException failure) =>
        RetryPolicy.IsUnreachable(failure) || (untilReached && failure.StatusCode == StatusCode.DeadlineExceeded);

    private TimeSpan? Wait(RpcException failure, int attempt)
    {
        if (RetryPolicy.BusyFor(failure) is { } busy)
        {
            return attempt < RetryPolicy.MostAttempts ? busy : null;
        }

        return IsWorthAnother(failure) ? RetryPolicy.DelayWhenUnreachable(attempt, connection.Servers.Count, untilReached) : null;
    }
}
