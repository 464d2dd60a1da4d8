using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace OrderGrpc.V1;

/// <summary>
/// What every request that changes an order has in common, so that one path serves all. The members
/// are the generated ones: a command takes part by one line below.
/// </summary>
public interface IOrderCommand : Google.Protobuf.IMessage
{
    /// <summary>The command, as the transition table names it.</summary>
    Command Command => CommandMethods.Of(Descriptor).Command;

    /// <summary>Who may send it.</summary>
    Role Role => CommandMethods.Of(Descriptor).Role;

    /// <summary>The order it names; of PlaceOrder the one that it replaces, 0 for none.</summary>
    long OrderId { get; set; }

    /// <summary>Names the request; empty for none.</summary>
    string RequestId { get; set; }

    /// <summary>The revision of the order that the caller has seen.</summary>
    long ExpectedRevision { get; set; }

    /// <summary>Whether there is one; any will do otherwise.</summary>
    bool HasExpectedRevision { get; }

    /// <summary>Makes any revision do.</summary>
    void ClearExpectedRevision();
}

/// <summary>A command that says why.</summary>
public interface IReasonedCommand : IOrderCommand
{
    /// <summary>Why; may be empty.</summary>
    string Reason { get; set; }
}

/// <summary>What every command answers.</summary>
public interface IOrderAnswer : Google.Protobuf.IMessage
{
    /// <summary>The order after the command, as its caller sees it.</summary>
    Order Order { get; set; }

    /// <summary>The position of its event in the log.</summary>
    long Position { get; set; }

    /// <summary>What was done, for people.</summary>
    string Message { get; set; }
}

public sealed partial class PlaceOrderRequest : IOrderCommand
{
    long IOrderCommand.OrderId { get => ReplacesOrderId; set => ReplacesOrderId = value; }

    // A new order has no revision that anybody has seen.
    long IOrderCommand.ExpectedRevision { get => 0; set => throw new NotSupportedException(); }

    bool IOrderCommand.HasExpectedRevision => false;

    void IOrderCommand.ClearExpectedRevision() { }
}

public sealed partial class ApproveOrderRequest : IOrderCommand;
public sealed partial class ApproveRealizationRequest : IOrderCommand;
public sealed partial class CancelOrderRequest : IReasonedCommand;
public sealed partial class ClientServiceApproveQuoteRequest : IOrderCommand;
public sealed partial class ClientServiceRejectQuoteRequest : IReasonedCommand;
public sealed partial class DraftQuoteRequest : IOrderCommand;
public sealed partial class RejectOrderRequest : IReasonedCommand;
public sealed partial class RejectRealizationRequest : IReasonedCommand;
public sealed partial class ReportRealizationRequest : IOrderCommand;
public sealed partial class RequestQuoteRevisionRequest : IReasonedCommand;
public sealed partial class SupplierServiceApproveQuoteRequest : IOrderCommand;
public sealed partial class SupplierServiceRejectQuoteRequest : IReasonedCommand;

public sealed partial class ApproveOrderResponse : IOrderAnswer;
public sealed partial class ApproveRealizationResponse : IOrderAnswer;
public sealed partial class CancelOrderResponse : IOrderAnswer;
public sealed partial class ClientServiceApproveQuoteResponse : IOrderAnswer;
public sealed partial class ClientServiceRejectQuoteResponse : IOrderAnswer;
public sealed partial class DraftQuoteResponse : IOrderAnswer;
public sealed partial class PlaceOrderResponse : IOrderAnswer;
public sealed partial class RejectOrderResponse : IOrderAnswer;
public sealed partial class RejectRealizationResponse : IOrderAnswer;
public sealed partial class ReportRealizationResponse : IOrderAnswer;
public sealed partial class RequestQuoteRevisionResponse : IOrderAnswer;
public sealed partial class SupplierServiceApproveQuoteResponse : IOrderAnswer;
public sealed partial class SupplierServiceRejectQuoteResponse : IOrderAnswer;

/// <summary>
/// Which command a request is: the contract says it already, by the service whose RPC takes it and by
/// that RPC's name.
/// </summary>
internal static class CommandMethods
{
    private static readonly FrozenDictionary<MessageDescriptor, (Command Command, Role Role)> ByRequest =
        (from service in new[] { (ClientService.Descriptor, Role: Role.Client), (SupplierService.Descriptor, Role: Role.Supplier) }
         from method in service.Descriptor.Methods
         where Enum.IsDefined(CommandOf(method))
         select KeyValuePair.Create(method.InputType, (CommandOf(method), service.Role))).ToFrozenDictionary();

    public static (Command Command, Role Role) Of(MessageDescriptor request) => ByRequest[request];

    private static Command CommandOf(MethodDescriptor method) =>
        Enum.TryParse<Command>(method.Name, out var command) ? command : (Command)(-1);
}
