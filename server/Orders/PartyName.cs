using System.Text;
using OrderGrpc.Contract;

namespace OrderGrpc.Server.Orders;

/// <summary>The name of a client or a supplier: a word that is safe in a file name, a log and a table.</summary>
public static class PartyName
{
    /// <summary>What a name may be, for an error.</summary>
    public const string Rule = "a name has 1 to 64 letters, digits, '.', '_', '@' or '-'";

    /// <summary>Whether this is a name. Letters and digits of every script that can be seen; no spaces, no controls.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= ContractLimits.PartyNameBytes
        && name.EnumerateRunes().All(rune => (Rune.IsLetterOrDigit(rune) && VisibleText.IsVisible(rune)) || rune.Value is '.' or '_' or '@' or '-');
}
