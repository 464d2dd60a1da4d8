using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>
/// A call that was made, between two ticks of its history's clock: the orders of its answer, the
/// position of a command's event, the text of a document; or why it was refused.
/// </summary>
public sealed record Call(ModelParty Party, IMessage Request, long Start, long End, Order[] Orders, long Position, string? Text, string? Refusal);

/// <summary>What callers did on the orders of one lane, and what they were told.</summary>
public sealed class History(ModelServer server, Lane lane, string name) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Call> calls = [];
    private readonly List<(ModelParty Party, IOrderCommand Command)> sent = [];
    private readonly SortedDictionary<long, Order> orders = [];
    private readonly List<ModelWatch> watches = [];
    private long clock;
    private int requests;

    public string Name => name;

    public Lane Lane => lane;

    public IReadOnlyList<Call> Calls => calls;

    public IReadOnlyList<ModelWatch> Watches => watches;

    /// <summary>The last position that was acknowledged.</summary>
    public long Position { get; private set; } = lane.Position;

    /// <summary>The orders as somebody last saw them, by id.</summary>
    public Order[] Known
    {
        get
        {
            lock (gate)
            {
                return [.. orders.Values];
            }
        }
    }

    /// <summary>Does all of a plan, and gives the lane as it is after it.</summary>
    public async Task<Lane> RunAsync(Plan plan)
    {
        await new Player(this, server).DoAsync(plan.First);
        await Task.WhenAll(plan.AtOnce.Select(doings => Task.Run(() => new Player(this, server).DoAsync(doings))));
        var verdict = new Verdict(this);
        verdict.CheckCalls();
        foreach (var watch in watches)
        {
            await watch.UntilAsync(verdict.LastFor(watch));
            verdict.Check(watch);
        }

        foreach (var order in verdict.Orders)
        {
            verdict.CheckEvents(order, await EventsAsync(order));
        }

        return lane with { Position = Position };
    }

    /// <summary>An id for a new request.</summary>
    public string NextRequestId() => string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref requests)}");

    /// <summary>One of the requests that were sent, or null where none was.</summary>
    public (ModelParty Party, IOrderCommand Command)? Sent(int which)
    {
        lock (gate)
        {
            return sent.Count == 0 ? null : sent[which % sent.Count];
        }
    }

    public Task CommandAsync(ModelParty party, IOrderCommand command)
    {
        lock (gate)
        {
            sent.Add((party, command));
        }

        return CallAsync(party, command, async () =>
        {
            var (order, position) = await party.Party.SendAsync(command);
            return ([order], position, null);
        });
    }

    /// <summary>Makes a call, and keeps when it was made and what it came to.</summary>
    public async Task CallAsync(ModelParty party, IMessage request, Func<Task<(Order[] Orders, long Position, string? Text)>> send)
    {
        var start = Interlocked.Increment(ref clock);
        (Order[] Orders, long Position, string? Text) answer = ([], 0, null);
        string? refusal = null;
        try
        {
            answer = await server.CallAsync(send);
        }
        catch (RpcException e) when (!ModelServer.IsLost(e))
        {
            refusal = Text(Refused.Of(e));
        }

        lock (gate)
        {
            calls.Add(new Call(party, request, start, Interlocked.Increment(ref clock), answer.Orders, answer.Position, answer.Text, refusal));
            Position = Math.Max(Position, answer.Position);
            foreach (var order in answer.Orders)
            {
                if (!orders.TryGetValue(order.Id, out var known) || known.Revision < order.Revision)
                {
                    orders[order.Id] = order;
                }
            }
        }
    }

    public async Task<ModelWatch> WatchAsync(ModelParty party, WatchOrdersRequest request)
    {
        ModelWatch watch;
        lock (gate)
        {
            watches.Add(watch = new ModelWatch(server, party, request, Position));
        }

        await watch.OpenAsync();
        return watch;
    }

    public void Dispose() => watches.ForEach(watch => watch.Dispose());

    // The reason, and what it says of the order as it was then.
    private static string Text(Refused refused) => refused.Reason switch
    {
        "WRONG_STATE" => $"WRONG_STATE {refused.Metadata["state"]} {refused.Metadata["allowed_commands"]}",
        "REVISION_STALE" => $"REVISION_STALE {refused.Metadata["revision"]}",
        var reason => reason,
    };

    private async Task<List<OrderEvent>> EventsAsync(ModelOrder order)
    {
        var client = lane.Parties.Single(party => party.Role == Role.Client && party.Name == order.Client).Party;
        var events = new List<OrderEvent>();
        var request = new ListOrderEventsRequest { OrderId = order.Id, PageSize = 7 };
        do
        {
            var page = await server.CallAsync(async () => await client.Query.ListOrderEventsAsync(request));
            events.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return events;
    }
}
