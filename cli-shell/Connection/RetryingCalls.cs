using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>
/// Makes a call, and makes it again where that is safe and may help: the server was not reached,
/// went away, or is busy. A command goes with one request_id for all its attempts, so it is done once.
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
            try
            {
                using var running = call(connection.Options(until.UtcDateTime, cancellation));
                var answer = await running.ResponseAsync;
                connection.Answered(await running.ResponseHeadersAsync);
                return answer;
            }
            catch (RpcException failure) when (cancellation.IsCancellationRequested)
            {
                Note(failure);
                throw new OperationCanceledException(cancellation);
            }
            catch (RpcException failure) when (Wait(failure, attempt) is { } wait && (untilReached || time.GetUtcNow() + wait < until))
            {
                Note(failure);
                await Task.Delay(wait, time, cancellation);
                until = untilReached ? deadline() : until;
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.DeadlineExceeded && !connection.IsReached)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "Connection timed out", new TimeoutException("Connection timed out")));
            }
            catch (RpcException failure)
            {
                Note(failure);
                throw;
            }
        }
    }

    private void Note(RpcException failure) => MayHaveArrived |= !RetryPolicy.IsNeverSent(failure);

    private TimeSpan? Wait(RpcException failure, int attempt)
    {
        if (RetryPolicy.BusyFor(failure) is { } busy)
        {
            return attempt < RetryPolicy.MostAttempts ? busy : null;
        }

        // Somebody who answers prompts has decided already; the answer waits for the server.
        var worthwhile = RetryPolicy.IsUnreachable(failure) || (untilReached && failure.StatusCode == StatusCode.DeadlineExceeded);
        return worthwhile && (untilReached || attempt < RetryPolicy.AttemptsWhenUnreachable) ? RetryPolicy.Delay(attempt) : null;
    }
}
