using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The requests of a call that sends many: each is counted, one that cannot be read is malformed, and they
/// end when the caller's token does or the server stops.
/// </summary>
public sealed class CountedReader<T>(IAsyncStreamReader<T> inner, ServerCallContext context, CallRate rate, FollowedToken token, QueueLimits queue, CancellationToken ending) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            if (!await inner.MoveNext(cancellationToken).WaitAsync(ending))
            {
                return false;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw queue.Refuse(token.Reason ?? ErrorReason.ShuttingDown).ToRpcException(context.Culture());
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or IOException or RpcException { StatusCode: StatusCode.Internal })
        {
            throw new Refusal(ErrorReason.MalformedMessage).ToRpcException(context.Culture());
        }

        rate.TakeMessage(context);
        return true;
    }
}

/// <summary>
/// The answers of such a call. Whoever does not read them hears no status either, so at the end of the
/// token a write that waits ends the call.
/// </summary>
public sealed class EndingWriter<T>(IServerStreamWriter<T> inner, ServerCallContext context, CancellationToken ending) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public async Task WriteAsync(T message)
    {
        try
        {
            await inner.WriteAsync(message).WaitAsync(ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            context.GetHttpContext().Abort();
            throw;
        }
    }
}
