using System.Globalization;

namespace OrderGrpc.Contract;

/// <summary>The file of a quote's document.</summary>
public static class QuoteFile
{
    /// <summary>Its name, which says whose quote it is.</summary>
    public static string NameOf(long orderId) => string.Create(CultureInfo.InvariantCulture, $"quote_{orderId}.txt");
}
