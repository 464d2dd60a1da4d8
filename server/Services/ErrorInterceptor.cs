using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A fault of the server in a call: logged in full, told as INTERNAL with the id of its trace. Each
/// kind of call has a try of its own: one that they shared through a delegate would cost every
/// waiting watch two objects more.
/// </summary>
public sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log, CallGuard guard, IHostApplicationLifetime lifetime) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        CallGuard.RequestRead(context.GetHttpContext());
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Tell(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        CallGuard.RequestRead(context.GetHttpContext());
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Tell(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        CallGuard.RequestRead(context.GetHttpContext());
        try
        {
            await continuation(new CountedReader<TRequest>(requestStream, context, guard, lifetime.ApplicationStopping), responseStream, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Tell(e, context);
        }
    }

    private static bool IsFault(Exception e, ServerCallContext context) =>
        e is not RpcException && !context.CancellationToken.IsCancellationRequested;

    private RpcException Tell(Exception e, ServerCallContext context)
    {
        if (e is StoreException { Failure: StoreFailure.TryAgain })
        {
            return new Refusal(ErrorReason.StoreBusy) { RetryAfter = QueueLimits.StoreBusyRetry }.ToRpcException(context.Culture());
        }

        var trace = context.GetHttpContext().TraceIdentifier;
        Log.CallFailed(log, context.Method, trace, e);
        return new Refusal(ErrorReason.Internal, ("trace_id", trace)).ToRpcException(context.Culture());
    }

    /// <summary>The requests of a call that sends many: each is counted, one that cannot be read is malformed, and they end when the server stops.</summary>
    private sealed class CountedReader<T>(IAsyncStreamReader<T> inner, ServerCallContext context, CallGuard guard, CancellationToken stopping) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                if (!await inner.MoveNext(cancellationToken).WaitAsync(stopping))
                {
                    return false;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                throw new Refusal(ErrorReason.ShuttingDown).ToRpcException(context.Culture());
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or IOException or RpcException { StatusCode: StatusCode.Internal })
            {
                throw new Refusal(ErrorReason.MalformedMessage).ToRpcException(context.Culture());
            }

            guard.TakeMessage(context);
            return true;
        }
    }
}
