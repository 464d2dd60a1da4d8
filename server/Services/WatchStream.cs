using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>A watch's frames on its gRPC stream.</summary>
public sealed class WatchStream(IServerStreamWriter<WatchFrame> stream, ServerCallContext context, CancellationToken cancellation) : IWatchStream
{
    /// <summary>WatchOrders with an answer that is bytes already.</summary>
    public static Method<WatchOrdersRequest, WatchFrame> Method { get; } = new(
        MethodType.ServerStreaming,
        OrderQueryService.Descriptor.FullName,
        nameof(OrderQueryService.OrderQueryServiceBase.WatchOrders),
        Marshallers.Create(request => request.ToByteArray(), WatchOrdersRequest.Parser.ParseFrom),
        Marshallers.Create(Write, (Func<DeserializationContext, WatchFrame>)(_ => throw new NotSupportedException("a server reads no frames"))));

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    public Task SendAsync(WatchFrame frame, bool flush)
    {
        stream.WriteOptions = flush ? WriteOptions.Default : Buffered;
        return stream.WriteAsync(frame, cancellation);
    }

    // gRPC has no flush of its own; what it buffers is in the body's pipe.
    public async Task FlushAsync() => await context.GetHttpContext().Response.BodyWriter.FlushAsync(cancellation);

    private static void Write(WatchFrame frame, SerializationContext context)
    {
        var bytes = frame.Bytes.Span;
        context.SetPayloadLength(bytes.Length);
        var buffer = context.GetBufferWriter();
        bytes.CopyTo(buffer.GetSpan(bytes.Length));
        buffer.Advance(bytes.Length);
        context.Complete();
    }
}
