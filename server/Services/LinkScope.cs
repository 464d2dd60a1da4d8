using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// What an order link may ask for: what is named here, of its own order. Whoever adds an RPC and forgets it
/// here has kept links from it. A client's own tokens pass.
/// </summary>
public sealed class LinkScope : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Check(request, context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(request, context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(requestStream, context); // whatever it will ask for
        return continuation(requestStream, responseStream, context);
    }

    private static void Check(object request, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (http.User.Identity is CallerIdentity { Caller.OnlyOrder: > 0 and var own } && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            context.ThrowIf(RefusalOf(request, own));
        }
    }

    private static Refusal? RefusalOf(object request, long own) => request switch
    {
        GetCallerRequest or DescribeProcessRequest => null,
        GetOrderRequest read => Unless(read.OrderId, own),
        ListOrderEventsRequest read => Unless(read.OrderId, own),
        GetQuoteDocumentRequest read => Unless(read.OrderId, own),
        CheckOrderRequest read => Unless(read.OrderId, own),
        CheckQuoteRequest read => Unless(read.OrderId, own),
        CheckRealizationRequest read => Unless(read.OrderId, own),
        WatchOrdersRequest watch => Narrow(watch, own),
        IOrderCommand command and not PlaceOrderRequest => Unless(command.OrderId, own),
        _ => new Refusal(ErrorReason.NotByOrderLink),
    };

    // An id that none can have is left to the rules of its field.
    private static Refusal? Unless(long asked, long own) =>
        asked <= 0 || asked == own ? null : new Refusal(ErrorReason.OrderNotFound, ("order_id", $"{asked}"));

    private static Refusal? Narrow(WatchOrdersRequest watch, long own)
    {
        if (watch.OrderIds.Count == 0)
        {
            watch.OrderIds.Add(own);
        }

        return watch.OrderIds.Select(asked => Unless(asked, own)).FirstOrDefault(refusal => refusal is not null);
    }
}
