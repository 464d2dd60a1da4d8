using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Grpc.Core;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A watch over HTTP: an object of JSON a line, or server-sent events where the caller accepts those, whose id is
/// the position to resume from. Its last line, or its event "end", tells why it ends.
/// </summary>
public sealed class JsonWatchStream : WatchStream
{
    /// <summary>What a caller accepts who wants server-sent events.</summary>
    public const string EventStream = "text/event-stream";

    private const string Lines = "application/x-ndjson";
    private const int PositionBytes = 20;

    private readonly HttpResponse response;
    private readonly CallLimits limits;
    private readonly bool asEvents;
    private bool inSnapshot; // which has no position to resume from: until its caught_up it is to be asked for again

    public JsonWatchStream(HttpContext context, bool snapshot, CallLimits limits, WatchMeter meter, CancellationToken ending)
        : base(context, limits, meter, ending)
    {
        (response, this.limits, inSnapshot, asEvents) = (context.Response, limits, snapshot, IsAskedForEvents(context.Request));
        response.ContentType = asEvents ? EventStream : Lines;
        response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects an answer before it passes it on would pass on none
        context.Features.Set(this);
    }

    public override FrameForm Form => FrameForm.Json;

    /// <summary>Whether the caller wants server-sent events.</summary>
    public static bool IsAskedForEvents(HttpRequest request) => request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells why the watch ends, as the last that is sent of it.</summary>
    public async Task EndAsync(RpcException why)
    {
        if (HasBeenCut)
        {
            return;
        }

        var text = JsonAnswer.Formatter.Format(JsonAnswer.StatusOf(why));
        response.BodyWriter.Write(Encoding.UTF8.GetBytes(asEvents ? $"event: end\ndata: {text}\n\n" : text + "\n"));
        try
        {
            await response.BodyWriter.FlushAsync(CancellationToken.None).AsTask().WaitAsync(limits.WatchEnd);
        }
        catch (TimeoutException)
        {
            response.HttpContext.Abort(); // it does not read
        }
    }

    protected override void Head(PipeWriter body, WatchFrame frame)
    {
        inSnapshot &= frame.Kind != WatchOrdersResponse.MessageOneofCase.CaughtUp;
        if (!asEvents)
        {
            return;
        }

        if (!inSnapshot)
        {
            body.Write("id: "u8);
            _ = Utf8Formatter.TryFormat(frame.Position, body.GetSpan(PositionBytes), out var written);
            body.Advance(written);
            body.Write("\n"u8);
        }

        body.Write("data: "u8);
    }

    protected override void Tail(PipeWriter body) => body.Write(asEvents ? "\n\n"u8 : "\n"u8);
}
