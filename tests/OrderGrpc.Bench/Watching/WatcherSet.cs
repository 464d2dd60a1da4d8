using System.Diagnostics;
using Google.Protobuf;

namespace OrderGrpc.Bench.Watching;

/// <summary>Many watchers that only count, and a way to wait until all of them have what they should.</summary>
public sealed class WatcherSet : IAsyncDisposable
{
    // Fewer than a server allows by default (100 with Kestrel); more would wait in the client.
    private const int WatchersPerConnection = 80;

    // How many watches are being opened at the same time.
    private const int OpenedAtOnce = 32;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<HttpClient> _connections = [];
    private readonly List<Watcher> _streams = [];
    private readonly List<Task> _readers = [];
    private readonly Lock _lock = new();
    private int _watchers;
    private volatile Burst _burst = new(0, 0, 0);

    /// <summary>Opens the watchers at one server and waits until each of them stands.</summary>
    public static Task<WatcherSet> OpenAsync(WatchProtocol protocol, int watchers, Func<int, IMessage> request) => OpenAsync([protocol], watchers, request);

    /// <summary>Opens the watchers at servers in turn, connection by connection.</summary>
    public static async Task<WatcherSet> OpenAsync(IReadOnlyList<WatchProtocol> servers, int watchers, Func<int, IMessage> request)
    {
        var set = new WatcherSet { _watchers = watchers };
        try
        {
            await set.OpenAllAsync(servers, watchers, request);
            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens one more, on a connection of its own, and never reads from it.</summary>
    public async Task AddStalledAsync(WatchProtocol protocol, IMessage request)
    {
        var connection = Connect();
        _streams.Add(await Watcher.OpenAsync(connection, protocol, request, _stop.Token));
    }

    /// <summary>
    /// Starts a clock; done when so many watchers have had their share: a watcher of
    /// everything each event, a watcher of one order those of that order.
    /// </summary>
    public Burst Expect(int watchers, int eventsEach) => _burst = new Burst(_watchers, watchers, eventsEach);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _streams.ForEach(s => s.Dispose());
        _connections.ForEach(c => c.Dispose());
        try
        {
            await Task.WhenAll(_readers);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException or InvalidOperationException or ObjectDisposedException)
        {
            // They were told to stop; how a stream then ends does not matter.
        }

        _stop.Dispose();
    }

    private async Task OpenAllAsync(IReadOnlyList<WatchProtocol> servers, int watchers, Func<int, IMessage> request)
    {
        for (var opened = 0; opened < watchers; opened += WatchersPerConnection)
        {
            Connect();
        }

        var standing = 0;
        var allStand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Parallel.ForAsync(0, watchers, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (i, _) =>
        {
            var connection = i / WatchersPerConnection;
            var stream = await Watcher.OpenAsync(_connections[connection], servers[connection % servers.Count], request(i), _stop.Token);
            var stands = false;
            var reader = stream.ReadAsync((ready, events) =>
            {
                if (ready > 0 && !stands)
                {
                    stands = true;
                    if (Interlocked.Increment(ref standing) == watchers)
                    {
                        allStand.SetResult();
                    }
                }

                _burst.Count(i, events);
            });
            lock (_lock)
            {
                _streams.Add(stream);
                _readers.Add(reader);
            }
        });
        await allStand.Task.WaitAsync(ReadyLimit);
    }

    private HttpClient Connect()
    {
        var connection = new HttpClient(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = false }) { Timeout = Timeout.InfiniteTimeSpan };
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A number of events on their way to the first so many of all the watchers.</summary>
    public sealed class Burst(int all, int watchers, int eventsEach)
    {
        private readonly TaskCompletionSource _allHaveIt = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _start = Stopwatch.GetTimestamp();

        // Each is written by its one reader only.
        private readonly int[] _events = new int[all];
        private int _finished;

        /// <summary>How long until a watcher had all of its events, for each watcher.</summary>
        public Latencies Latencies { get; } = new();

        public Task Done => _allHaveIt.Task;

        public long Deliveries => (long)watchers * eventsEach;

        internal void Count(int watcher, int events)
        {
            if (events == 0 || watcher >= all)
            {
                return;
            }

            var before = _events[watcher];
            _events[watcher] = before + events;
            if (before < eventsEach && before + events >= eventsEach)
            {
                lock (Latencies)
                {
                    Latencies.AddSince(_start);
                    if (++_finished == watchers)
                    {
                        _allHaveIt.SetResult();
                    }
                }
            }
        }
    }
}
