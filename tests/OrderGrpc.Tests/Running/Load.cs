using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>Callers that place orders one after another until the server is gone, and what they were answered.</summary>
public sealed class Load
{
    private readonly ConcurrentDictionary<string, Order> answered = new();
    private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> callers = [];
    private readonly int wanted;

    private Load(int wanted) => this.wanted = wanted;

    /// <summary>The orders that were answered, by the request id that placed them.</summary>
    public IReadOnlyDictionary<string, Order> Answered => answered;

    /// <summary>Starts the callers; each request has an id of its own, which is also the order's description.</summary>
    public static Load Start(Func<Party> connect, string name, int callers, int wanted)
    {
        var load = new Load(wanted);
        load.callers.AddRange(Enumerable.Range(0, callers).Select(i => Task.Run(() =>
            load.PlaceAsync(connect, string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")))));
        return load;
    }

    /// <summary>Waits until so many are answered that the load runs well.</summary>
    public Task IsRunningAsync() => enough.Task.WaitAsync(Deadlines.Patience);

    /// <summary>Waits until every caller has seen the server go.</summary>
    public Task HasEndedAsync() => Task.WhenAll(callers).WaitAsync(Deadlines.Patience);

    private async Task PlaceAsync(Func<Party> connect, string name)
    {
        using var party = connect();
        for (var i = 0; ; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            try
            {
                answered[id] = await party.PlaceAsync(id, id);
            }
            catch (RpcException e)
            {
                Assert.True(e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled, e.ToString());
                return;
            }

            if (answered.Count >= wanted)
            {
                enough.TrySetResult();
            }
        }
    }
}
