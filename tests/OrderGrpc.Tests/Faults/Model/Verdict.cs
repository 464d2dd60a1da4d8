using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>
/// Holds a history against the model. The acknowledged commands have positions: in that order the
/// model must come to each answer. Whatever was refused or read must be so at one of the moments
/// between the call's start and its end.
/// </summary>
public sealed class Verdict
{
    private readonly History history;
    private readonly List<Done> done = [];
    private readonly Dictionary<(long Id, long Revision, Role Role), Order> seen = [];

    // When it was known that the log had come so far: a tick, and how many of the commands were done.
    private readonly List<(long Tick, int Count)> known = [];

    /// <summary>Replays the acknowledged commands.</summary>
    public Verdict(History history)
    {
        this.history = history;
        foreach (var answers in history.Calls.Where(call => call.Position > 0).GroupBy(call => call.Position).OrderBy(group => group.Key))
        {
            Replay([.. answers]);
        }
    }

    /// <summary>One command that was done: its event's position, when it was first sent, and the state after it.</summary>
    private sealed record Done(long Position, long Start, ModelParty By, ModelOrder After, ModelState State);

    /// <summary>The orders, as they are in the end.</summary>
    public IEnumerable<ModelOrder> Orders => StateAfter(done.Count).Orders.Values;

    /// <summary>Holds every call against what can have been at its time.</summary>
    public void CheckCalls()
    {
        foreach (var call in history.Calls)
        {
            known.AddRange(call.Orders.Select(order => (call.End, Saw(call.Party.Role, order))));
        }

        known.Sort();
        var most = 0;
        for (var i = 0; i < known.Count; i++)
        {
            known[i] = (known[i].Tick, most = Math.Max(most, known[i].Count));
        }

        foreach (var call in history.Calls)
        {
            var (least, last) = (KnownAt(call.Start), done.FindLastIndex(command => command.Start < call.End) + 1);
            if (call.Position > 0)
            {
                var place = done.FindIndex(command => command.Position == call.Position) + 1;
                Hold(done[place - 1].Start < call.Start || place > least, () => $"{Text(call)}, and position {done[Math.Max(least, 1) - 1].Position} was known before it was sent");
            }
            else
            {
                Hold(Enumerable.Range(least, last - least + 1).Any(count => Explains(StateAfter(count), call)),
                    () => $"{Text(call)}, which no state of its time explains; the last: {string.Join(", ", StateAfter(last).Orders.Values.Select(order => order.SeenBy(call.Party.Role)))}");
            }
        }
    }

    /// <summary>The position of the last event that a watch is to tell.</summary>
    public long LastFor(ModelWatch watch) => ExpectedOf(watch).LastOrDefault()?.Position ?? 0;

    /// <summary>Holds a watch against the log: each event once, in order, and no position without all events up to it.</summary>
    public void Check(ModelWatch watch)
    {
        var least = watch.Request.StartCase == WatchOrdersRequest.StartOneofCase.None ? watch.Known : 0;
        Hold(watch.From >= least, () => $"a watch from now began at {watch.From}, and {watch.Known} was known");
        var expected = ExpectedOf(watch);
        var count = 0;
        var position = watch.From;
        foreach (var message in watch.Told)
        {
            var after = position;
            string At() => $"of a watch of {watch.Party} {watch.Request}, after position {after}: {message}";
            Hold(message.Position >= position, () => "told twice or out of order, " + At());
            position = message.Position;
            if (message.Event is { } change)
            {
                Hold(count < expected.Count && expected[count].Position == position, () => $"not the event of {expected.ElementAtOrDefault(count)?.Position}, {At()}");
                Same(expected[count], change.Event);
                Assert.Same(expected[count], done[Saw(watch.Party.Role, change.Order) - 1]);
                count++;
            }

            Hold(count == expected.Count || expected[count].Position > position, () => $"without the event of {expected.ElementAtOrDefault(count)?.Position}, {At()}");
        }

        Assert.Equal(expected.Count, count);
        if (watch.Request.Snapshot)
        {
            var at = StateAfter(done.FindLastIndex(command => command.Position <= watch.From) + 1).Orders.Values;
            Assert.Equal(
                at.Where(order => IsWatched(watch, order)).Select(order => order.SeenBy(watch.Party.Role)),
                watch.Told.Where(message => message.MessageCase == Kind.SnapshotOrder).Select(message => ModelOrder.WithoutTimes(message.SnapshotOrder)));
        }
    }

    /// <summary>Holds the events of an order against what was acknowledged.</summary>
    public void CheckEvents(ModelOrder order, List<OrderEvent> events)
    {
        var expected = done.Where(command => command.After.Id == order.Id).ToList();
        Assert.Equal(expected.Select(command => command.Position), events.Select(happened => happened.Position));
        Assert.All(expected.Zip(events), pair => Same(pair.First, pair.Second));
    }

    // The words are made only where they are needed: they take far longer than what they are about.
    private static void Hold(bool holds, Func<string> otherwise)
    {
        if (!holds)
        {
            Assert.Fail(otherwise());
        }
    }

    private static void Same(Done command, OrderEvent happened) => Assert.Equal(
        (command.Position, command.After.Id, command.After.Revision, command.After.Event, command.By.Role, command.By.Name),
        (happened.Position, happened.OrderId, happened.Revision, $"{happened.EventCase}", happened.Actor.Role, happened.Actor.Name));

    private static bool Explains(ModelState state, Call call) => call.Request switch
    {
        IOrderCommand command => state.Decide(call.Party, command) is { After: null, Refusal: { } refusal } && refusal == call.Refusal,
        GetOrderRequest get => state.Find(get.OrderId, call.Party) is { } order
            ? call.Orders.Length == 1 && ModelOrder.WithoutTimes(call.Orders[0]).Equals(order.SeenBy(call.Party.Role))
            : call.Refusal == "ORDER_NOT_FOUND",
        GetQuoteDocumentRequest document => state.Find(document.OrderId, call.Party) is not { } order ? call.Refusal == "ORDER_NOT_FOUND"
            : order.DocumentSeenBy(call.Party.Role) is { } text ? call.Text == text
            : call.Refusal == "QUOTE_NOT_FOUND",
        ListOrdersRequest list => (list.OldestFirst ? state.Orders.Values : state.Orders.Values.Reverse())
            .Where(order => order.IsSeenBy(call.Party) && (list.States.Count == 0 || list.States.Contains(order.State)))
            .Select(order => order.SeenBy(call.Party.Role)).SequenceEqual(call.Orders.Select(ModelOrder.WithoutTimes)),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Request.Descriptor.Name, "not a call of the model"),
    };

    private static string Text(Call call) =>
        $"{call.Party}: {call.Request.Descriptor.Name} {call.Request} was answered {call.Refusal ?? call.Text} {string.Join<Order>(" ", call.Orders)} at {call.Position}";

    private void Replay(Call[] answers)
    {
        var first = answers.MinBy(call => call.Start)!;
        var command = (IOrderCommand)first.Request;
        Assert.All(answers, call => Hold(
            call.Party == first.Party && call.Request.Equals(first.Request) && call.Orders[0].Equals(first.Orders[0]), () => $"{Text(first)}\nand again {Text(call)}"));
        var before = StateAfter(done.Count);
        var after = before.Decide(first.Party, command) switch
        {
            { After: { Id: 0 } placed } => placed with { Id = first.Orders[0].Id },
            { After: { } next } => next,
            var decided => throw new InvalidOperationException($"{Text(first)}, and the model says {decided.Refusal ?? "that it was done already"}"),
        };
        Hold(after.Revision > 1 || before.Orders.All(order => order.Key < after.Id), () => $"{Text(first)}, and its id is not the next");
        Assert.Equal(after.SeenBy(first.Party.Role), ModelOrder.WithoutTimes(first.Orders[0]));
        done.Add(new Done(first.Position, first.Start, first.Party, after, before.With(first.Party, command, after)));
    }

    private ModelState StateAfter(int count) => count == 0 ? ModelState.Empty : done[count - 1].State;

    private int KnownAt(long tick) => known.FindLastIndex(at => at.Tick < tick) is >= 0 and var last ? known[last].Count : 0;

    private List<Done> ExpectedOf(ModelWatch watch) => [.. done.Where(command => command.Position > watch.From && IsWatched(watch, command.After))];

    private static bool IsWatched(ModelWatch watch, ModelOrder order) =>
        order.IsSeenBy(watch.Party)
        && (watch.Request.OrderIds.Count == 0 || watch.Request.OrderIds.Contains(order.Id))
        && (watch.Request.States.Count == 0 || watch.Request.States.Contains(order.State));

    // A revision of an order is the same to all of a role. Gives how many commands were done with the one that made it.
    private int Saw(Role role, Order order)
    {
        var key = (order.Id, order.Revision, role);
        seen.TryAdd(key, order);
        Assert.Equal(seen[key], order);
        var count = done.FindIndex(command => command.After.Id == order.Id && command.After.Revision == order.Revision) + 1;
        Hold(count > 0, () => $"{order} was told, and nobody has done it");
        Assert.Equal(done[count - 1].After.SeenBy(role), ModelOrder.WithoutTimes(order));
        return count;
    }
}
