using Grpc.Core;
using Grpc.Core.Interceptors;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A fault of the server in a call: logged in full, told as INTERNAL with the id of its trace. Each
/// kind of call has a try of its own: one that they shared through a delegate would cost every
/// waiting watch two objects more.
/// </summary>
public sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log, CallRate rate, TokenWatch tokens, CallLimits calls, QueueLimits queue, IHostApplicationLifetime lifetime) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        RequestReading.RequestRead(context.GetHttpContext());
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (IsToldHere(e, context))
        {
            throw Tell(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        RequestReading.RequestRead(context.GetHttpContext());
        try
        {
            await continuation(request, responseStream, context);
            if (AnonymousCalls.HasMadeRoom(context.GetHttpContext()))
            {
                throw new Refusal(ErrorReason.RateLimited) { RetryAfter = calls.LeastRetry }.ToRpcException(context.Culture());
            }
        }
        catch (Exception e) when (IsToldHere(e, context))
        {
            var told = Tell(e, context);
            if (context.GetHttpContext().Features.Get<JsonWatchStream>() is not { } begun)
            {
                throw told;
            }

            await begun.EndAsync(told);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        RequestReading.RequestRead(context.GetHttpContext());
        try
        {
            using var token = tokens.Follow(context.GetHttpContext().User);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, token.Ended);
            await continuation(
                new CountedReader<TRequest>(requestStream, context, rate, token, queue, ending.Token),
                new EndingWriter<TResponse>(responseStream, context, ending.Token),
                context);
        }
        catch (Exception e) when (IsToldHere(e, context))
        {
            throw Tell(e, context);
        }
    }

    // Over gRPC a refusal is told by the framework; over HTTP there are headers that it does not know.
    private static bool IsToldHere(Exception e, ServerCallContext context) => e is RpcException
        ? !GrpcAnswer.IsAskedFor(context.GetHttpContext())
        : !context.CancellationToken.IsCancellationRequested || CallDeadline.HasPassed(context.GetHttpContext());

    private RpcException Tell(Exception e, ServerCallContext context)
    {
        var told = e as RpcException ?? RefusalOf(e, context).ToRpcException(context.Culture());
        if (!GrpcAnswer.IsAskedFor(context.GetHttpContext()))
        {
            JsonAnswer.Tell(context.GetHttpContext(), JsonAnswer.StatusOf(told));
        }

        return told;
    }

    private Refusal RefusalOf(Exception e, ServerCallContext context)
    {
        if (e is StoreException { Failure: StoreFailure.TryAgain })
        {
            return queue.Refuse(ErrorReason.StoreBusy);
        }

        if (e is OperationCanceledException && CallDeadline.HasPassed(context.GetHttpContext()))
        {
            return new Refusal(ErrorReason.Deadline);
        }

        var trace = context.GetHttpContext().TraceId();
        Log.CallFailed(log, context.Method, trace, e);
        return new Refusal(ErrorReason.Internal, ("trace_id", trace));
    }
}
