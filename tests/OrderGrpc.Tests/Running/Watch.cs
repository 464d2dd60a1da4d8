using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>A watch that is read in the background, so that a test can ask for the next message.</summary>
public sealed class Watch : IDisposable
{
    private const int Quiet = 5; // messages without an event: caught_up, and a minute of heartbeats

    private readonly AsyncServerStreamingCall<WatchOrdersResponse> call;

    public Watch(Party party, WatchOrdersRequest request) => call = party.Query.WatchOrders(request);

    /// <summary>Done when the server has begun to answer; nothing of it is read.</summary>
    public Task BegunAsync() => call.ResponseHeadersAsync.WaitAsync(Deadlines.Patience);

    /// <summary>The next message, whatever it is.</summary>
    public async Task<WatchOrdersResponse> NextAsync()
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        Assert.True(await call.ResponseStream.MoveNext(patience.Token), "the stream ended");
        return call.ResponseStream.Current;
    }

    /// <summary>Messages up to one of this kind, which is the last of them.</summary>
    public async Task<List<WatchOrdersResponse>> UntilAsync(WatchOrdersResponse.MessageOneofCase kind)
    {
        var messages = new List<WatchOrdersResponse>();
        do
        {
            messages.Add(await NextAsync());
        }
        while (messages[^1].MessageCase != kind);
        return messages;
    }

    /// <summary>This many events, with nothing but heartbeats between them.</summary>
    public async Task<List<OrderEvent>> EventsAsync(int count)
    {
        var events = new List<OrderEvent>();
        for (var quiet = 0; events.Count < count; quiet++)
        {
            // Heartbeats go on for ever where an event is lost.
            Assert.True(quiet <= Quiet, $"{events.Count} events came of {count}, and then none");
            if (await NextAsync() is { Event: { } change })
            {
                events.Add(change.Event);
                quiet = 0;
            }
        }

        return events;
    }

    /// <summary>Why the watch is refused, or null where it begins.</summary>
    public async Task<string?> RefusalAsync()
    {
        try
        {
            await NextAsync();
            return null;
        }
        catch (RpcException e)
        {
            return Refused.Of(e).Reason;
        }
    }

    /// <summary>The error that ends the stream.</summary>
    public async Task<RpcException> ErrorAsync()
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        return await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(patience.Token))
            {
            }
        });
    }

    public void Dispose() => call.Dispose();
}
