using Google.Protobuf;
using OrderGrpc.V1;

namespace OrderGrpc.Contract;

/// <summary>Why something was done, of whichever event.</summary>
public static class EventReason
{
    /// <summary>
    /// What its writer gave as the reason; empty for none. By the field's name, which is the same in all
    /// events that have one, so that a new event needs no line here.
    /// </summary>
    public static string Of(OrderEvent happened)
    {
        var which = OrderEvent.Descriptor.FindFieldByNumber((int)happened.EventCase);
        return which?.MessageType.FindFieldByName("reason") is { } reason
            ? (string)reason.Accessor.GetValue((IMessage)which.Accessor.GetValue(happened))
            : "";
    }
}
