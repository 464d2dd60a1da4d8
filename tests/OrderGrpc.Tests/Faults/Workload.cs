using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Faults;

/// <summary>
/// Clients and suppliers that work on orders and watch them while the server, or each of several over
/// one database, comes and goes. A request whose answer was lost is sent again with the same id until
/// it is answered.
/// </summary>
public sealed class Workload : IDisposable
{
    /// <summary>How long a caller or watcher waits before it asks again.</summary>
    public static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(3);
    private readonly Dictionary<Role, Channel<Order>> waiting = new()
    {
        [Role.Client] = Channel.CreateUnbounded<Order>(),
        [Role.Supplier] = Channel.CreateUnbounded<Order>(),
    };
    private readonly Dictionary<Role, Party> readers;
    private readonly List<Party> parties = [];
    private readonly List<Task> calling = [];
    private readonly List<Task> following = [];
    private readonly List<Follower> followers;
    private readonly CancellationTokenSource ending = new();
    private volatile TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> unknown = new();
    private volatile bool stopping;
    private int others;
    private int lost;
    private int refused;
    private int diskFull;

    public Workload(ServerProcess server, int seed)
        : this(role => role == Role.Client ? server.Client() : server.Supplier(), seed)
    {
    }

    /// <param name="connect">Makes a party of the role with a connection of its own, to one server or to several.</param>
    public Workload(Func<Role, Party> connect, int seed, int callers = 4)
    {
        ServerIsUp();
        readers = new() { [Role.Client] = Use(connect(Role.Client)), [Role.Supplier] = Use(connect(Role.Supplier)) };
        for (var i = 0; i < callers; i++)
        {
            calling.Add(ActAsClientAsync(Use(connect(Role.Client)), $"{seed}-c{i}", new Random(seed + i)));
            calling.Add(ActAsSupplierAsync(Use(connect(Role.Supplier)), $"{seed}-s{i}", new Random(seed - i)));
        }

        followers =
        [
            new Follower(Use(connect(Role.Client)), Role.Client, UpAsync),
            new Follower(Use(connect(Role.Supplier)), Role.Supplier, UpAsync),
            new Follower(Use(connect(Role.Client)), Role.Client, UpAsync, State.QuoteSent, State.Completed),
        ];
        following.AddRange(followers.Select(follower => follower.RunAsync(ending.Token)));
    }

    public Ledger Ledger { get; } = new();

    /// <summary>How many requests were refused for want of room; each must have changed nothing.</summary>
    public int DiskFull => Volatile.Read(ref diskFull);

    /// <summary>What was done so far, as a line of figures.</summary>
    public string Figures => $"{Ledger.Count} acknowledged, {lost} answers lost and asked again, {refused} refused by the process, {diskFull} for a full disk";

    /// <summary>Whoever loses an answer waits from now on until the server is up.</summary>
    public void ServerGoesDown() => up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ServerIsUp() => up.TrySetResult();

    /// <summary>Counts orders that the test itself placed.</summary>
    public void OthersPlaced(int orders) => others += orders;

    /// <summary>Waits for this many acknowledgements, or for a caller or watcher that failed.</summary>
    public Task MoreAsync(int acknowledged) => UnlessFailedAsync(Ledger.MoreAsync(acknowledged));

    /// <summary>Waits for something, or for a caller or watcher that failed.</summary>
    public async Task UnlessFailedAsync(Task expected)
    {
        var first = await Task.WhenAny([expected, .. calling, .. following]).WaitAsync(Stuck);
        await first;
        Assert.Same(expected, first);
    }

    /// <summary>Ends all with the server up, and says what is wrong with its log.</summary>
    public async Task<List<string>> EndAsync()
    {
        stopping = true;
        await Task.WhenAll(calling).WaitAsync(Stuck);
        await ending.CancelAsync();
        await Task.WhenAll(following).WaitAsync(Stuck);
        var log = new Dictionary<Role, List<Line>>();
        foreach (var (role, party) in readers)
        {
            log[role] = await Line.ReadLogAsync(party);
        }

        return [.. unknown, .. Ledger.FaultsOf(log, others), .. followers.SelectMany(follower => follower.FaultsOf(log[follower.Role]))];
    }

    public void Dispose()
    {
        parties.ForEach(party => party.Dispose());
        ending.Dispose();
    }

    private Task UpAsync() => up.Task;

    private Party Use(Party party)
    {
        parties.Add(party);
        return party;
    }

    private async Task ActAsClientAsync(Party party, string name, Random random)
    {
        await Task.Yield();
        long? last = null;
        for (var i = 0; !stopping; i++)
        {
            var id = $"{name}-{i}";
            var move = waiting[Role.Client].Reader.TryRead(out var order) ? Move.Next(order, id, random)
                : last is { } own && random.Next(10) == 0 ? Move.Cancel(own, id)
                : Move.Place(id);
            last = await SendAsync(party, move);
        }

        waiting[Role.Supplier].Writer.TryComplete(); // and with it the suppliers end
    }

    private async Task ActAsSupplierAsync(Party party, string name, Random random)
    {
        await Task.Yield();
        var i = 0;
        while (!stopping && await waiting[Role.Supplier].Reader.WaitToReadAsync())
        {
            if (waiting[Role.Supplier].Reader.TryRead(out var order))
            {
                await SendAsync(party, Move.Next(order, $"{name}-{i++}", random));
            }
        }
    }

    private async Task<long?> SendAsync(Party party, Move move)
    {
        while (true)
        {
            try
            {
                var (order, position) = await move.SendAsync(party);
                Ledger.Answered(move.RequestId, move.Role, Line.Of(position, order));
                if (order.WaitingOn != WaitingOn.Nobody)
                {
                    waiting[order.WaitingOn == WaitingOn.Client ? Role.Client : Role.Supplier].Writer.TryWrite(order);
                }

                return order.Id;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition)
            {
                Interlocked.Increment(ref refused);
                return null;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
            {
                unknown.Enqueue($"{move.RequestId} is about an order that was acknowledged: {e.Status.Detail}");
                return null;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.ResourceExhausted && Refused.Of(e).Reason == "DISK_FULL")
            {
                Interlocked.Increment(ref diskFull);
                return null;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded || e.GetRpcStatus()?.GetDetail<ErrorInfo>() is null)
            {
                Interlocked.Increment(ref lost);
                await Task.Delay(BetweenAttempts);
                await up.Task;
            }
        }
    }
}
