using Google.Protobuf;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage;

/// <summary>What can be told from the bytes of an order without making the order.</summary>
public static class OrderBytes
{
    private const uint StateTag = (Order.StateFieldNumber << 3) | (uint)WireFormat.WireType.Varint;

    /// <summary>The state; as in every message the last one counts.</summary>
    public static State StateOf(byte[] order)
    {
        var state = State.Unspecified;
        using var input = new CodedInputStream(order);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == StateTag)
            {
                state = (State)input.ReadEnum();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return state;
    }
}
