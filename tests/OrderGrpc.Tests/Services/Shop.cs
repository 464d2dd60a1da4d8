using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>A server and its parties: the two of every order, in both languages, and two strangers.</summary>
public class Shop : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public Party Client { get; private set; } = null!;

    public Party Supplier { get; private set; } = null!;

    public Party ClientInFrench { get; private set; } = null!;

    public Party SupplierInFrench { get; private set; } = null!;

    public Party OtherClient { get; private set; } = null!;

    public Party OtherSupplier { get; private set; } = null!;

    public Party OtherClientInFrench { get; private set; } = null!;

    public Party OtherSupplierInFrench { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync();
        (Client, Supplier) = (Server.Client(), Server.Supplier());
        (ClientInFrench, SupplierInFrench) = (Server.Client("fr"), Server.Supplier("fr"));
        (OtherClient, OtherSupplier) = (Server.Other(Role.Client, "other"), Server.Other(Role.Supplier, "other"));
        (OtherClientInFrench, OtherSupplierInFrench) = (Server.Other(Role.Client, "other", "fr"), Server.Other(Role.Supplier, "other", "fr"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var party in new[] { Client, Supplier, ClientInFrench, SupplierInFrench, OtherClient, OtherSupplier, OtherClientInFrench, OtherSupplierInFrench })
        {
            party.Dispose();
        }

        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public Party Of(Role role) => role == Role.Client ? Client : Supplier;

    /// <summary>A new order, brought to a state on the shortest way, as its supplier sees it.</summary>
    public async Task<Order> OrderInAsync(State state)
    {
        var order = await SeenByAsync(Supplier, (await Client.PlaceAsync()).Id);
        foreach (var (role, command) in ProcessTable.WayTo(state))
        {
            await Of(role).SendAsync(ProcessTable.Request(role, command, order));
            order = await SeenByAsync(Supplier, order.Id);
        }

        Assert.Equal(state, order.State);
        return order;
    }

    public static async Task<Order> SeenByAsync(Party party, long orderId) =>
        (await party.Query.GetOrderAsync(new GetOrderRequest { OrderId = orderId })).Order;

    /// <summary>The last position of the log, whoever's it is.</summary>
    public async Task<long> HeadAsync()
    {
        using var watch = new Watch(Client, new WatchOrdersRequest());
        var first = await watch.NextAsync();
        Assert.Equal(Kind.CaughtUp, first.MessageCase);
        return first.Position;
    }

    /// <summary>A command of a role that is refused in both languages for the same reason, and leaves the log as it was.</summary>
    public Task<Refused> RefusedAsync(IOrderCommand command, StatusCode code, string reason, string english, string french) => RefusedAsync(
        command.Role == Role.Client ? Client : Supplier,
        command.Role == Role.Client ? ClientInFrench : SupplierInFrench,
        party => party.SendAsync(command), code, reason, english, french);

    /// <summary>A call that is refused in both languages for the same reason, and leaves the log as it was.</summary>
    public async Task<Refused> RefusedAsync(
        Party inEnglish, Party inFrench, Func<Party, Task> call, StatusCode code, string reason, string english, string french)
    {
        var before = await HeadAsync();
        var refused = Refused.Of(await Assert.ThrowsAsync<RpcException>(() => call(inEnglish)));
        var refusedInFrench = Refused.Of(await Assert.ThrowsAsync<RpcException>(() => call(inFrench)));
        Assert.Equal((code, reason, english, english), (refused.Code, refused.Reason, refused.Localized, refused.Message));
        Assert.Equal((code, reason, french, english), (refusedInFrench.Code, refusedInFrench.Reason, refusedInFrench.Localized, refusedInFrench.Message));
        Assert.Equal(refused.Metadata, refusedInFrench.Metadata);
        Assert.Equal(refused.Fields, refusedInFrench.Fields);
        Assert.Equal(before, await HeadAsync());
        return refused;
    }

    /// <summary>A command with one field at fault.</summary>
    public async Task FaultAsync(IOrderCommand command, string field, string english, string french)
    {
        var refused = await RefusedAsync(
            command, StatusCode.InvalidArgument, "INVALID_FIELD", $"{field}: {english}", $"{field}: {french}");
        Assert.Equal([field], refused.Fields);
    }
}

/// <summary>Commands sent by the RPC that they belong to.</summary>
public static class Sending
{
    /// <summary>Sends a command; the order after it, and the position of its event.</summary>
    public static async Task<(Order Order, long Position)> SendAsync(this Party party, IOrderCommand command) =>
        await party.AnswerAsync(command) is var answer ? (answer.Order, answer.Position) : default;

    /// <summary>Sends a command by the RPC of its role that takes it; its whole answer.</summary>
    public static async Task<IOrderAnswer> AnswerAsync(this Party party, IOrderCommand command)
    {
        var service = command.Role == Role.Client ? ClientService.Descriptor : SupplierService.Descriptor;
        var rpc = service.Methods.Single(method => method.InputType == command.Descriptor);
        var method = new Method<IOrderCommand, IOrderAnswer>(
            MethodType.Unary, service.FullName, rpc.Name,
            Marshallers.Create<IOrderCommand>(request => request.ToByteArray(), _ => throw new NotSupportedException()),
            Marshallers.Create<IOrderAnswer>(_ => throw new NotSupportedException(), bytes => (IOrderAnswer)rpc.OutputType.Parser.ParseFrom(bytes)));
        return await party.Invoker.AsyncUnaryCall(method, null, default, command);
    }

    /// <summary>The request with these fields set, by their names in the contract.</summary>
    public static T With<T>(this T request, params (string Field, object Value)[] values)
        where T : IOrderCommand
    {
        foreach (var (field, value) in values)
        {
            request.Descriptor.FindFieldByName(field).Accessor.SetValue(request, value);
        }

        return request;
    }

    /// <summary>The same as text, for a message that is compared.</summary>
    public static string Text(this long number) => number.ToString(CultureInfo.InvariantCulture);
}
