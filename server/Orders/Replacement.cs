using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>An order is replaced once: whoever places anew twice would order twice.</summary>
public static class Replacement
{
    /// <summary>The metadata that names the order that has the place of the replaced one.</summary>
    public const string By = "replaced_by";

    /// <summary>Why an order that was replaced already is not replaced again.</summary>
    public static Refusal Refuse(Order replaced, long by) => new(ErrorReason.NotReplaceable,
        ("order_id", replaced.Id.ToString(CultureInfo.InvariantCulture)),
        ("state", Names.Of(replaced.State)),
        (By, by.ToString(CultureInfo.InvariantCulture)));
}
