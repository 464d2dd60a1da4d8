using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Faults;

/// <summary>A watcher that resumes after the last position it had, whatever happens to the server.</summary>
public sealed class Follower(Party party, Role role, Func<Task> serverUp, params Order.Types.State[] states)
{
    private readonly List<Line> told = [];

    private long position;
    private int ahead;

    public Role Role => role;

    /// <summary>Watches until cancelled, and then once more from where it is to the end of the log.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await serverUp();
            await WatchAsync(untilCaughtUp: false, cancellation);
            await Task.Delay(Workload.BetweenAttempts, CancellationToken.None);
        }

        while (!await WatchAsync(untilCaughtUp: true, CancellationToken.None))
        {
            await Task.Delay(Workload.BetweenAttempts, CancellationToken.None);
        }
    }

    /// <summary>What is wrong with what it was told, given the log of its role.</summary>
    public List<string> FaultsOf(List<Line> log)
    {
        var expected = log.Where(line => states.Length == 0 || states.Contains(line.State)).ToList();
        var wrong = Enumerable.Range(0, Math.Max(told.Count, expected.Count))
            .FirstOrDefault(i => i >= told.Count || i >= expected.Count || told[i] != expected[i], -1);
        return wrong < 0 && ahead == 0
            ? []
            : [$"a watcher of {role} [{string.Join(",", states)}] was told {told.Count} events of {expected.Count}; first wrong at {wrong}: {told.ElementAtOrDefault(wrong)} for {expected.ElementAtOrDefault(wrong)}; {ahead} times the log had not come to where it was"];
    }

    // Whether it came to the end of the log, where it was asked to.
    private async Task<bool> WatchAsync(bool untilCaughtUp, CancellationToken cancellation)
    {
        var request = new WatchOrdersRequest { AfterPosition = position, States = { states } };
        using var call = party.Query.WatchOrders(request, cancellationToken: cancellation);
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var message = call.ResponseStream.Current;
                Assert.True(message.Position >= position, $"{message.Position} after {position}");
                if (message.Event is { } change)
                {
                    Assert.Equal(message.Position, change.Event.Position);
                    told.Add(Line.Of(message.Position, change.Order));
                }

                position = message.Position;
                if (untilCaughtUp && message.MessageCase == Kind.CaughtUp)
                {
                    return true;
                }
            }

            throw new InvalidOperationException("a watch ended without an error");
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
        {
            // The server is gone, or this follower is to end: either way it goes on from its position.
            return false;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.OutOfRange)
        {
            ahead++; // it was told what is no longer there: a fault, and nothing to wait for at the end
            return untilCaughtUp;
        }
    }
}
