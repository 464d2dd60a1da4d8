using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>A service of the contract that knows how to bind its methods.</summary>
public interface IContractService<TSelf>
{
    static abstract void Bind(ServiceBinderBase binder, TSelf service);
}

/// <summary>
/// What is mapped for a service of the contract: a type that the framework's own discovery finds
/// nothing in, so that the methods are those of <see cref="ContractMethods{TService}"/> alone.
/// </summary>
public sealed class Contract<TService>;

/// <summary>How a service of the contract is added and mapped.</summary>
public static class ContractExtensions
{
    public static IServiceCollection AddContract<TService>(this IServiceCollection services)
        where TService : class, IContractService<TService> => services
        .AddSingleton<TService>()
        .AddSingleton<IServiceMethodProvider<Contract<TService>>, ContractMethods<TService>>();

    public static GrpcServiceEndpointConventionBuilder MapContract<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class, IContractService<TService> => endpoints.MapGrpcService<Contract<TService>>();
}

/// <summary>
/// Gives the framework a service's methods as the service binds them: WatchOrders answers with frames
/// that were serialized once for all watchers.
/// </summary>
public sealed class ContractMethods<TService>(TService service) : IServiceMethodProvider<Contract<TService>>
    where TService : class, IContractService<TService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Contract<TService>> context) =>
        TService.Bind(new Binder(context), service);

    private sealed class Binder(ServiceMethodProviderContext<Contract<TService>> context) : ServiceBinderBase
    {
        private readonly object[] metadata = typeof(TService).GetCustomAttributes(inherit: true);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            context.AddUnaryMethod(method, [.. metadata], (_, request, call) => handler!(request, call));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            // The generated binding of the one stream; the service binds it itself, with frames.
            if (typeof(TResponse) != typeof(WatchOrdersResponse))
            {
                context.AddServerStreamingMethod(method, [.. metadata], (_, request, stream, call) => handler!(request, stream, call));
            }
        }
    }
}
