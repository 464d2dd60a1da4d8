using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>
/// What the queue and its writer tell: as numbers, and as spans from a call's queueing to the commit. Where
/// nobody asks for either, a command costs two looks and nothing is kept of it.
/// </summary>
public sealed class QueueMeter : IDisposable
{
    private readonly Meter meter = new("OrderGrpc.Queue");
    private readonly Histogram<double> wait;
    private readonly Histogram<int> size;
    private readonly TimeProvider time;
    private readonly string store;

    /// <param name="store">The store's engine, as the conventions for databases name it.</param>
    /// <param name="depth">How many commands wait now.</param>
    /// <param name="committed">The position of the last event that this server committed.</param>
    public QueueMeter(TimeProvider time, string store, Func<int> depth, Func<long> committed)
    {
        (this.time, this.store) = (time, store);
        meter.CreateObservableUpDownCounter("ordergrpc.queue.depth", depth, "{command}", "Commands that wait for the writer.");
        meter.CreateObservableGauge("ordergrpc.log.committed", committed, "{position}", "The position of the last event that this server committed; 0 before its first.");
        wait = meter.CreateHistogram("ordergrpc.queue.wait", "s", "From a command's queueing until the writer takes it.", null, Buckets.Seconds);
        size = meter.CreateHistogram("ordergrpc.batch.size", "{command}", "Commands that share a transaction.", null, Buckets.Commands);
        Commit = meter.CreateHistogram("db.client.operation.duration", "s", "How long the store takes to make a batch durable.", null, Buckets.Seconds);
    }

    internal Histogram<double> Commit { get; }

    /// <summary>A command joins the queue; null where nobody asks what becomes of it.</summary>
    public QueuePassage? Join() =>
        Spans.Current is { } call ? new QueuePassage(time, call) : wait.Enabled ? new QueuePassage(time, null) : null;

    /// <summary>The writer takes a batch: to be disposed when it is answered; null where nobody asks.</summary>
    public BatchPassage? Take(IReadOnlyList<IQueued> commands)
    {
        if (!wait.Enabled && !Spans.Source.HasListeners())
        {
            return null;
        }

        size.Record(commands.Count);
        var links = new List<ActivityLink>();
        foreach (var command in commands)
        {
            if (command.Passage is { } passage)
            {
                wait.Record(passage.Waited.TotalSeconds);
                if (passage.Call is { } call)
                {
                    links.Add(new ActivityLink(call.Context));
                }
            }
        }

        // In the trace of the first, whose sampling is the batch's so; of the others it is linked.
        var span = links.Count == 0 ? null : Spans.Source.StartActivity("ordergrpc.batch", ActivityKind.Internal, links[0].Context, links: links);
        span?.SetTag("ordergrpc.batch.size", commands.Count);
        var taken = time.GetUtcNow();
        foreach (var command in commands)
        {
            command.Passage?.Take(taken, span);
        }

        return new BatchPassage(this, span, store, time);
    }

    public void Dispose() => meter.Dispose();
}
