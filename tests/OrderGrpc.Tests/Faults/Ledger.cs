using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

/// <summary>What one row of the log is for a reader: where it stands, and the order after it, as a digest.</summary>
public readonly record struct Line(long Position, long OrderId, long Revision, Order.Types.State State, long Digest)
{
    public static Line Of(long position, Order order) =>
        new(position, order.Id, order.Revision, order.State, BitConverter.ToInt64(SHA256.HashData(order.ToByteArray())));

    /// <summary>The whole log, as a party sees it.</summary>
    public static async Task<List<Line>> ReadLogAsync(Party party)
    {
        using var watch = new Watch(party, new WatchOrdersRequest { Beginning = true });
        return [.. (await watch.UntilAsync(WatchOrdersResponse.MessageOneofCase.CaughtUp)).Where(m => m.Event is not null).Select(m => Of(m.Position, m.Event.Order))];
    }
}

/// <summary>What the callers were told, kept by them and held against the log afterwards.</summary>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<string, (Role Role, Line Line)> answered = new();
    private readonly Lock gate = new();
    private int count;
    private long latest = Stopwatch.GetTimestamp();
    private TimeSpan pause;
    private (int Count, TaskCompletionSource Reached)? awaited;

    /// <summary>How many requests were acknowledged.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>An acknowledgement: of this request, to a caller of this role.</summary>
    public void Answered(string requestId, Role role, Line line)
    {
        Assert.True(answered.TryAdd(requestId, (role, line)), $"{requestId} was answered twice");
        lock (gate)
        {
            count++;
            pause = LongestNow;
            latest = Stopwatch.GetTimestamp();
            if (awaited is { } wait && count >= wait.Count)
            {
                wait.Reached.TrySetResult();
            }
        }
    }

    /// <summary>The longest time without any acknowledgement since this was asked last.</summary>
    public TimeSpan TakePause()
    {
        lock (gate)
        {
            var longest = LongestNow;
            (pause, latest) = (TimeSpan.Zero, Stopwatch.GetTimestamp());
            return longest;
        }
    }

    private TimeSpan LongestNow => TimeSpan.FromTicks(Math.Max(pause.Ticks, Stopwatch.GetElapsedTime(latest).Ticks));

    /// <summary>Waits until this many more requests were acknowledged.</summary>
    public Task MoreAsync(int more)
    {
        lock (gate)
        {
            awaited = (count + more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return awaited.Value.Reached.Task;
        }
    }

    /// <summary>
    /// What is wrong with the log, as readers of both roles have it: whatever was acknowledged and is
    /// not there as it was told, and whatever is there and was not acknowledged once.
    /// </summary>
    public List<string> FaultsOf(IReadOnlyDictionary<Role, List<Line>> log, int others)
    {
        var faults = new List<string>();
        foreach (var (role, lines) in log)
        {
            var wrong = lines.Select((line, i) => (line, i)).FirstOrDefault(at => at.line.Position != at.i + 1);
            if (wrong.line.Position != 0)
            {
                faults.Add($"the log of {role} has {wrong.line} at place {wrong.i + 1}");
            }
        }

        foreach (var (requestId, (role, line)) in answered)
        {
            var lines = log[role];
            if (line.Position > lines.Count || lines[(int)line.Position - 1] != line)
            {
                faults.Add($"{requestId} was acknowledged as {line}, and the log has {(line.Position > lines.Count ? "nothing there" : lines[(int)line.Position - 1])}");
            }
        }

        var rows = log.Values.First().Count;
        var acknowledged = answered.Values.Select(told => told.Line.Position).Distinct().Count();
        if (acknowledged != answered.Count)
        {
            faults.Add($"{answered.Count - acknowledged} positions were acknowledged for two requests");
        }

        if (rows != answered.Count + others)
        {
            faults.Add($"{answered.Count} requests and {others} others were acknowledged, and the log has {rows} events");
        }

        return faults;
    }
}
