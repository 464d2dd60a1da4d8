using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>Which failures are worth another attempt, and after how long.</summary>
public static class RetryPolicy
{
    /// <summary>Attempts of one command at a server that cannot be reached, or at each of several; with the delays below about 1.5 s in all.</summary>
    public const int AttemptsWhenUnreachable = 5;

    /// <summary>The most attempts of one command, however long its deadline.</summary>
    public const int MostAttempts = 1000;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DelayWhenBusy = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long until the next attempt where a server cannot be reached: none where there is another that was
    /// not tried since, else longer each time; null after enough of them.
    /// </summary>
    /// <param name="attempt">1 after the first failure.</param>
    /// <param name="servers">How many there are to go on with in turn.</param>
    /// <param name="forEver">Whether it goes on until one is reached.</param>
    public static TimeSpan? DelayWhenUnreachable(int attempt, int servers, bool forEver) =>
        !forEver && attempt >= AttemptsWhenUnreachable * servers ? null
        : attempt % servers != 0 ? TimeSpan.Zero
        : Delay(attempt / servers);

    // Doubling from 100 ms to 5 s, a fifth of it random so that many callers do not return at once.
    private static TimeSpan Delay(int attempt)
    {
        var doubled = FirstDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        var bounded = doubled < LongestDelay ? doubled : LongestDelay;
        return bounded * (0.9 + (0.2 * Random.Shared.NextDouble()));
    }

    /// <summary>
    /// The server was not reached, or went away: the same request again is safe, as a command
    /// carries a request_id.
    /// </summary>
    public static bool IsUnreachable(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable => true,
        // A connection that breaks, or is no HTTP/2, comes as INTERNAL without the server's details.
        StatusCode.Internal => failure.GetRpcStatus() is null && failure.Status.DebugException is HttpRequestException or IOException,
        _ => false,
    };

    /// <summary>No connection was made, so nothing of the request has left this machine.</summary>
    public static bool IsNeverSent(RpcException failure) =>
        failure.Status.DebugException is SocketException or TimeoutException or HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };

    /// <summary>How long the server asks to wait where it is only busy; null where waiting does not help.</summary>
    public static TimeSpan? BusyFor(RpcException failure)
    {
        if (failure.StatusCode != StatusCode.ResourceExhausted || failure.GetRpcStatus() is not { } status)
        {
            return null;
        }

        var reason = status.GetDetail<ErrorInfo>()?.Reason;
        var retry = status.GetDetail<RetryInfo>()?.RetryDelay;
        return reason is "QUEUE_FULL" or "RATE_LIMITED" || retry is not null
            ? Longest(retry ?? new Duration())
            : null;
    }

    private static TimeSpan Longest(Duration asked) =>
        asked.ToTimeSpan() > DelayWhenBusy ? asked.ToTimeSpan() : DelayWhenBusy;
}
