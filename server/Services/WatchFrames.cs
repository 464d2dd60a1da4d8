using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;

namespace OrderGrpc.Server.Services;

/// <summary>
/// WatchOrders once more for gRPC, with an answer that is bytes already: an event is serialized once for
/// all its watchers. The method as it was generated stays what the framework finds, for all who want
/// messages; to a gRPC call this one is nearer.
/// </summary>
public sealed class WatchFrames : IServiceMethodProvider<OrderQueryGrpcService>
{
    private const int BeforeGenerated = -1;

    /// <summary>Maps the service with its stream of bytes.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<OrderQueryGrpcService>().Add(endpoint =>
    {
        if (endpoint is RouteEndpointBuilder route && endpoint.Metadata.OfType<GrpcMethodMetadata>().Any(method => method.Method == WatchStream.Method))
        {
            route.Order = BeforeGenerated;
        }
    });

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OrderQueryGrpcService> context) =>
        context.AddServerStreamingMethod(
            WatchStream.Method,
            [.. typeof(OrderQueryGrpcService).GetCustomAttributes(inherit: true)],
            (service, request, stream, call) => service.WatchOrders(request, stream, call));
}
