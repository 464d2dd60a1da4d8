using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Tests.Orders;

namespace OrderGrpc.Tests.Storage;

/// <summary>Who reads when, of those who read much.</summary>
public sealed class ReadTurnsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Meter meter = new();

    [Fact]
    public async Task Callers_take_turns_however_many_reads_one_of_them_has_waiting()
    {
        using var turns = new ReadTurns(meter, time, places: 1);
        var (first, done) = (new TaskCompletionSource(), new List<Caller>());
        var holding = turns.ReadAsync(Given.Client, async () => { await first.Task; return 0; }, _ => default, default).AsTask();
        List<Task> waiting = [.. Enumerable.Range(0, 5).Select(_ => ReadAsync(turns, Given.Client, done))];
        waiting.Add(ReadAsync(turns, Given.Supplier, done));
        Assert.Empty(done);
        first.SetResult();
        await holding;
        await Task.WhenAll(waiting);
        Assert.Equal(Given.Supplier, done[1]);
    }

    [Fact]
    public async Task Who_is_in_debt_sits_out_until_it_is_paid_and_nobody_waits_for_it()
    {
        using var turns = new ReadTurns(meter, time, places: 1);
        var done = new List<Caller>();
        meter.Debts[Given.Client] = TimeSpan.FromSeconds(2);
        var indebted = ReadAsync(turns, Given.Client, done);
        await ReadAsync(turns, Given.Supplier, done);
        Assert.False(indebted.IsCompleted);
        meter.Debts.Clear();
        time.Advance(TimeSpan.FromSeconds(2));
        await indebted;
        Assert.Equal([Given.Supplier, Given.Client], done);
    }

    [Fact]
    public async Task A_thousand_callers_in_debt_are_not_asked_for_it_at_each_turn_of_another()
    {
        const int callers = 1000;
        using var turns = new ReadTurns(meter, time, places: 1);
        var (first, done) = (new TaskCompletionSource(), new List<Caller>());
        var holding = turns.ReadAsync(Given.Supplier, async () => { await first.Task; return 0; }, _ => default, default).AsTask();
        var indebted = Enumerable.Range(0, callers).Select(i => Given.Client with { Name = $"client{i}" }).ToList();
        indebted.ForEach(caller => meter.Debts[caller] = TimeSpan.FromSeconds(2));
        List<Task> waiting = [.. indebted.Select(caller => ReadAsync(turns, caller, done))];
        first.SetResult();
        await holding;
        var asked = meter.Asked;
        for (var i = 0; i < callers; i++)
        {
            await ReadAsync(turns, Given.Supplier, done);
        }

        Assert.InRange(meter.Asked - asked, callers, 3 * callers);
        meter.Debts.Clear();
        time.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_read_that_fails_or_is_cancelled_leaves_its_place_to_the_next()
    {
        using var turns = new ReadTurns(meter, time, places: 1);
        using var cancelled = new CancellationTokenSource();
        var (first, done) = (new TaskCompletionSource(), new List<Caller>());
        var failing = turns.ReadAsync(Given.Client, async () => { await first.Task; return 0; }, _ => default, default).AsTask();
        var waiting = turns.ReadAsync(Given.Client, () => new ValueTask<int>(0), _ => default, cancelled.Token).AsTask();
        var next = ReadAsync(turns, Given.Client, done);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await next;
        Assert.Equal(new ReadWork(3, 5), meter.Charged[Given.Client]);
    }

    private static Task<int> ReadAsync(ReadTurns turns, Caller caller, List<Caller> done) => turns.ReadAsync(caller, () =>
    {
        done.Add(caller);
        return new ValueTask<int>(0);
    }, _ => new ReadWork(3, 5), default).AsTask();

    private sealed class Meter : IReadMeter
    {
        public Dictionary<Caller, TimeSpan> Debts { get; } = [];

        public Dictionary<Caller, ReadWork> Charged { get; } = [];

        public void Charge(Caller caller, ReadWork work) => Charged[caller] = work;

        public int Asked { get; private set; }

        public TimeSpan? DebtOf(Caller caller)
        {
            Asked++;
            return Debts.TryGetValue(caller, out var debt) ? debt : null;
        }
    }
}
