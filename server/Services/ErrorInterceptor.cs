using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>A fault of the server in a call: logged in full, told as INTERNAL with the id of its trace.</summary>
public sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log, CallGuard guard, IHostApplicationLifetime lifetime) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(new CountedReader<TRequest>(requestStream, context, guard, lifetime.ApplicationStopping), responseStream, context);
            return true;
        });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            CallGuard.RequestRead(context.GetHttpContext());
            return await call();
        }
        catch (Exception e) when (e is not RpcException && !context.CancellationToken.IsCancellationRequested)
        {
            var trace = context.GetHttpContext().TraceIdentifier;
            Log.CallFailed(log, context.Method, trace, e);
            throw new Refusal(ErrorReason.Internal, ("trace_id", trace)).ToRpcException(context.Culture());
        }
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
