using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server.Telemetry;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A watch's frames on its stream. They are written straight to the body: the framework would take a frame
/// whole, and so keep it for as long as its reader does not read.
/// </summary>
public abstract class WatchStream(HttpContext context, CallLimits limits, WatchMeter meter, CancellationToken ending) : IWatchStream
{
    private const long RefusedStream = 7; // of HTTP/2; a gRPC client takes it for UNAVAILABLE

    private readonly PipeWriter body = context.Response.BodyWriter;
    private Task? pending; // a flush that the reader has not let through
    private ReadOnlyMemory<byte> rest;
    private int missing; // bytes of the frame that was begun

    public abstract FrameForm Form { get; }

    public void Begin(WatchFrame frame)
    {
        Head(body, frame);
        missing = frame.Bytes.Length;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        missing -= bytes.Length;
        if (missing == 0)
        {
            Tail(body);
        }
    }

    // Without a token: Kestrel aborts a stream whose flush is cancelled, and nobody would be told why.
    public ValueTask FlushAsync()
    {
        var flush = body.FlushAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return ValueTask.CompletedTask;
        }

        var task = flush.AsTask();
        pending = task;
        return WaitAsync(task);
    }

    public void Leave(ReadOnlyMemory<byte> rest) => this.rest = rest;

    /// <summary>
    /// Makes the stream ready for its status: the frame that was begun goes out whole. A reader that
    /// does not take it in time, or whose frame is no longer kept, is cut off instead.
    /// </summary>
    public async Task EndAsync()
    {
        try
        {
            await (pending ?? Task.CompletedTask).WaitAsync(limits.WatchEnd);
            if (rest.Length == missing)
            {
                if (missing > 0)
                {
                    Write(rest.Span);
                }

                await body.FlushAsync(CancellationToken.None).AsTask().WaitAsync(limits.WatchEnd);
                return;
            }
        }
        catch (TimeoutException)
        {
            // It does not read.
        }

        HasBeenCut = true;
        if (context.Features.Get<IHttpResetFeature>() is { } http2)
        {
            http2.Reset((int)RefusedStream);
        }
        else
        {
            context.Abort();
        }
    }

    /// <summary>Whether its reader was cut off.</summary>
    protected bool HasBeenCut { get; private set; }

    /// <summary>What stands before a frame.</summary>
    protected abstract void Head(PipeWriter body, WatchFrame frame);

    /// <summary>What stands behind it.</summary>
    protected virtual void Tail(PipeWriter body)
    {
    }

    private async ValueTask WaitAsync(Task flush)
    {
        meter.Held();
        try
        {
            await flush.WaitAsync(ending);
        }
        finally
        {
            meter.Released();
        }
    }
}

/// <summary>The messages of gRPC.</summary>
public sealed class GrpcWatchStream(HttpContext context, CallLimits limits, WatchMeter meter, CancellationToken ending) : WatchStream(context, limits, meter, ending)
{
    private const int HeadBytes = 5; // not compressed, and its length

    public override FrameForm Form => FrameForm.Message;

    protected override void Head(PipeWriter body, WatchFrame frame)
    {
        var head = body.GetSpan(HeadBytes);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], frame.Bytes.Length);
        body.Advance(HeadBytes);
    }
}
