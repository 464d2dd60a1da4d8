using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The calls of the prototype, each by the one of today that it stands for.</summary>
public sealed class PrototypeGrpcService(CommandGate gate, OrderQueryGrpcService queries) : PrototypeService.PrototypeServiceBase
{
    [Authorize(Policy = Policies.Client)]
    public override async Task<PrototypeServicePlaceOrderResponse> PlaceOrder(PrototypeServicePlaceOrderRequest request, ServerCallContext context)
    {
        var placing = new PlaceOrderRequest { Customer = new Customer { Name = request.Name, Email = request.Email } };
        var placed = await gate.RunAsync<PlaceOrderResponse>(placing, context);
        return new PrototypeServicePlaceOrderResponse { Message = placed.Message, OrderId = placed.Order.Id };
    }

    public override async Task<PrototypeServiceCheckOrderResponse> CheckOrder(PrototypeServiceCheckOrderRequest request, ServerCallContext context) =>
        new() { Message = (await queries.CheckOrder(new CheckOrderRequest { OrderId = request.OrderId }, context)).Message };

    public override async Task<PrototypeServiceCheckQuoteResponse> CheckQuote(PrototypeServiceCheckQuoteRequest request, ServerCallContext context) =>
        new() { Message = (await queries.CheckQuote(new CheckQuoteRequest { OrderId = request.OrderId }, context)).Message };

    public override async Task<PrototypeServiceCheckRealizationResponse> CheckRealization(PrototypeServiceCheckRealizationRequest request, ServerCallContext context) =>
        new() { Message = (await queries.CheckRealization(new CheckRealizationRequest { OrderId = request.OrderId }, context)).Message };
}
