using Grpc.Core;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>A watch's frames as the messages that they are, for a stream that is not gRPC's.</summary>
public sealed class WatchMessages(IServerStreamWriter<WatchOrdersResponse> stream) : IServerStreamWriter<WatchFrame>
{
    public WriteOptions? WriteOptions
    {
        get => stream.WriteOptions;
        set => stream.WriteOptions = value;
    }

    public Task WriteAsync(WatchFrame message) => stream.WriteAsync(WatchOrdersResponse.Parser.ParseFrom(message.Bytes.Span));

    public Task WriteAsync(WatchFrame message, CancellationToken cancellationToken) =>
        stream.WriteAsync(WatchOrdersResponse.Parser.ParseFrom(message.Bytes.Span), cancellationToken);
}
