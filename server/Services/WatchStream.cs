using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server.Telemetry;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A watch's frames on its gRPC stream. They are written straight to the body: gRPC would take a frame
/// whole, and so keep it for as long as its reader does not read.
/// </summary>
public sealed class WatchStream(ServerCallContext context, CallLimits limits, WatchMeter meter, CancellationToken ending) : IWatchStream
{
    private const int HeadBytes = 5; // of a gRPC message: not compressed, and its length
    private const long RefusedStream = 7; // of HTTP/2; a gRPC client takes it for UNAVAILABLE

    private readonly PipeWriter body = context.GetHttpContext().Response.BodyWriter;
    private Task? pending; // a flush that the reader has not let through
    private ReadOnlyMemory<byte> rest;
    private int missing; // bytes of the frame that was begun

    public void Begin(int length)
    {
        var head = body.GetSpan(HeadBytes);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], length);
        body.Advance(HeadBytes);
        missing = length;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        missing -= bytes.Length;
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
    /// does not take it in time, or whose frame is no longer kept, gets a reset instead.
    /// </summary>
    public async Task EndAsync()
    {
        try
        {
            await (pending ?? Task.CompletedTask).WaitAsync(limits.WatchEnd);
            if (rest.Length == missing)
            {
                Write(rest.Span);
                await body.FlushAsync(CancellationToken.None).AsTask().WaitAsync(limits.WatchEnd);
                return;
            }
        }
        catch (TimeoutException)
        {
            // It does not read.
        }

        context.GetHttpContext().Features.Get<IHttpResetFeature>()?.Reset((int)RefusedStream);
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
