using System.Diagnostics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>One batch of the writer, from when it takes the commands until they are answered.</summary>
public sealed class BatchPassage(QueueMeter meter, Activity? span, string store, TimeProvider time) : IDisposable
{
    /// <summary>Its commit begins: to be disposed when it has ended, and told before where it was done.</summary>
    public CommitPassage Commit(long events)
    {
        span?.SetTag("ordergrpc.batch.events", events);
        return new CommitPassage(meter, span is null ? null : Spans.Source.StartActivity("COMMIT", ActivityKind.Client), store, time);
    }

    public void Dispose() => span?.Dispose();
}

/// <summary>The commit of a batch, told as the conventions for databases have it.</summary>
public sealed class CommitPassage(QueueMeter meter, Activity? span, string store, TimeProvider time) : IDisposable
{
    private readonly long begun = time.GetTimestamp();
    private bool done;

    /// <summary>The batch is durable.</summary>
    public void Done(long position)
    {
        done = true;
        span?.SetTag(Spans.Position, position);
    }

    public void Dispose()
    {
        var tags = new TagList { { "db.system.name", store }, { "db.operation.name", "COMMIT" } };
        if (!done)
        {
            tags.Add("error.type", "_OTHER");
            span?.SetStatus(ActivityStatusCode.Error);
        }

        meter.Commit.Record(time.GetElapsedTime(begun).TotalSeconds, tags);
        foreach (var (name, value) in tags)
        {
            span?.SetTag(name, value);
        }

        span?.Dispose();
    }
}
