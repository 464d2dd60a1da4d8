using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Http;

/// <summary>A reader of server-sent events through servers that are killed: each event exactly once, by Last-Event-ID alone.</summary>
public sealed class KilledServerTests
{
    private const int Kills = 3;
    private const int PerLife = 40;

    [Fact]
    public async Task Each_event_comes_once_however_often_the_server_is_killed()
    {
        using var folder = new TestFolder();
        var address = ServerProcess.FreeAddress();
        var server = await ServerProcess.StartAsync(folder, address);
        using var stop = new CancellationTokenSource();
        var seen = new List<long>();
        var reading = ReadAsync(address, server.Token("client"), seen, stop.Token);
        for (var life = 0; life <= Kills; life++)
        {
            var load = Load.Start(() => server.Client(), $"life-{life}", callers: 4, wanted: PerLife);
            await load.IsRunningAsync();
            await server.KillAsync();
            await load.HasEndedAsync();
            await server.DisposeAsync();
            server = await ServerProcess.StartAsync(folder, address);
        }

        using var client = server.Client();
        var last = (await client.Client.PlaceOrderAsync(Requests.Place("the last"))).Position;
        await reading.Until(last).WaitAsync(Deadlines.Patience);
        await stop.CancelAsync();
        lock (seen)
        {
            Assert.True(seen.Count > Kills * PerLife);
            Assert.Equal(Enumerable.Range(1, (int)last).Select(position => (long)position), seen);
        }

        await server.DisposeAsync();
    }

    private static Reader ReadAsync(string address, string token, List<long> seen, CancellationToken stop)
    {
        var reader = new Reader(seen);
        _ = reader.RunAsync(address, token, stop);
        return reader;
    }

    /// <summary>What an EventSource does: reads, and asks again with the last id that it has seen.</summary>
    private sealed class Reader(List<long> seen)
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long wanted = long.MaxValue;

        public Task Until(long position)
        {
            lock (seen)
            {
                wanted = position;
                if (seen is [.., var last] && last >= wanted)
                {
                    reached.TrySetResult();
                }
            }

            return reached.Task;
        }

        public async Task RunAsync(string address, string token, CancellationToken stop)
        {
            long? lastId = null;
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var source = await EventSource.OpenAsync(address, token, "?beginning=true", lastId);
                    using var end = stop.Register(source.Dispose);
                    while (await source.NextAsync() is { Type: "message" } told)
                    {
                        lastId = told.Id ?? lastId;
                        if (told.Message.Event is { } change)
                        {
                            Add(change.Event.Position);
                        }
                    }
                }
                catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
                {
                    await Task.Delay(20, CancellationToken.None); // as an EventSource waits before it asks again
                }
            }
        }

        private void Add(long position)
        {
            lock (seen)
            {
                seen.Add(position);
                if (position >= wanted)
                {
                    reached.TrySetResult();
                }
            }
        }
    }
}
