using System.Diagnostics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>What waits in the queue.</summary>
public interface IQueued
{
    /// <summary>Its passage through the queue, where somebody asks.</summary>
    QueuePassage? Passage { get; }
}

/// <summary>One command's passage through the queue. The writer says when it took it, the call tells of it once it is answered.</summary>
public sealed class QueuePassage(TimeProvider time, Activity? call)
{
    private readonly DateTimeOffset joined = time.GetUtcNow();
    private readonly long timestamp = time.GetTimestamp();
    private long taken; // by UTC, in ticks
    private Activity? batch;

    /// <summary>The span of the call, where it is recorded.</summary>
    public Activity? Call => call;

    /// <summary>How long it has waited.</summary>
    public TimeSpan Waited => time.GetElapsedTime(timestamp);

    /// <summary>The writer takes it into a batch.</summary>
    public void Take(DateTimeOffset now, Activity? span) => (taken, batch) = (now.UtcTicks, span);

    /// <summary>Its call is answered: the wait becomes a span of the call, which is linked to its batch.</summary>
    /// <param name="orderId">The order that the command changed; 0 where it was refused.</param>
    public void End(long orderId, long position)
    {
        if (call is null || taken == 0)
        {
            return;
        }

        using (var span = Spans.Source.StartActivity("ordergrpc.queue", ActivityKind.Internal, call.Context, startTime: joined))
        {
            span?.SetEndTime(new DateTime(taken, DateTimeKind.Utc));
        }

        if (batch is not null)
        {
            call.AddLink(new ActivityLink(batch.Context));
        }

        if (orderId > 0)
        {
            call.SetTag(Spans.OrderId, orderId).SetTag(Spans.Position, position);
        }
    }
}
