namespace OrderGrpc.V1;

/// <summary>
/// What every request that changes an order has in common, so that one path serves all.
/// </summary>
public interface IOrderCommand : Google.Protobuf.IMessage
{
    /// <summary>The command, as the transition table names it.</summary>
    Command Command { get; }

    /// <summary>Who may send it.</summary>
    Role Role { get; }

    /// <summary>The order it names; of PlaceOrder the one that it replaces, 0 for none.</summary>
    long OrderId { get; }

    /// <summary>Names the request; empty for none.</summary>
    string RequestId { get; }

    /// <summary>The revision of the order that the caller has seen; null for any.</summary>
    long? ExpectedRevision { get; }
}

public sealed partial class PlaceOrderRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.PlaceOrder;
    Role IOrderCommand.Role => Role.Client;
    long IOrderCommand.OrderId => ReplacesOrderId;
    long? IOrderCommand.ExpectedRevision => null;
}

public sealed partial class CancelOrderRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.CancelOrder;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class ClientServiceApproveQuoteRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.ApproveQuote;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class ClientServiceRejectQuoteRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.RejectQuote;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class RequestQuoteRevisionRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.RequestQuoteRevision;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class ApproveRealizationRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.ApproveRealization;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class RejectRealizationRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.RejectRealization;
    Role IOrderCommand.Role => Role.Client;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class ApproveOrderRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.ApproveOrder;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class RejectOrderRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.RejectOrder;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class DraftQuoteRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.DraftQuote;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class SupplierServiceApproveQuoteRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.ApproveQuote;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class SupplierServiceRejectQuoteRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.RejectQuote;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}

public sealed partial class ReportRealizationRequest : IOrderCommand
{
    Command IOrderCommand.Command => Command.ReportRealization;
    Role IOrderCommand.Role => Role.Supplier;
    long? IOrderCommand.ExpectedRevision => HasExpectedRevision ? ExpectedRevision : null;
}
