using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>What a draft offers.</summary>
public static class QuoteDraft
{
    /// <summary>One amount for the whole order.</summary>
    public static DraftQuoteRequest OfAmount(Texts texts, long orderId, Money amount) => new()
    {
        OrderId = orderId,
        Lines = { new QuoteLine { Description = texts.Format(Text.OrderNumber, orderId), Quantity = "1", UnitPrice = amount } },
    };
}
