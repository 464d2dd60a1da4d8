using System.Globalization;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// Who acts: a role and a name, as the token said. With an order it is the holder of a link to that one
/// order: another caller than the client whose link it is, with limits and requests of its own.
/// </summary>
/// <param name="OnlyOrder">The order that a link is to; 0 for no link.</param>
public readonly record struct Caller(Role Role, string Name, long OnlyOrder = 0)
{
    private const string Client = "client:";
    private const string Supplier = "supplier:";
    private const string Link = "link:";
    private const long AnyOrder = long.MaxValue;

    /// <summary>The caller in one word, such as "client:acme" or "link:17:acme"; unique, since neither a role nor a name has a colon.</summary>
    public string Key => OnlyOrder > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Link}{OnlyOrder}:{Name}") : (Role == Role.Client ? Client : Supplier) + Name;

    /// <summary>
    /// Whose limits are spent. All links of a client are one there, apart from the client: whoever got some takes
    /// nothing from it, and a client gets no more by making many.
    /// </summary>
    public Caller Account => OnlyOrder > 0 ? this with { OnlyOrder = AnyOrder } : this;

    /// <summary>The caller of a key.</summary>
    public static Caller OfKey(string key)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        return key.StartsWith(Link, StringComparison.Ordinal) ? new(Role.Client, name, long.Parse(key[Link.Length..^(name.Length + 1)], CultureInfo.InvariantCulture))
            : new(key.StartsWith(Client, StringComparison.Ordinal) ? Role.Client : Role.Supplier, name);
    }

    /// <summary>Whether an order between these two concerns the caller.</summary>
    public bool MaySee(string client, string supplier) =>
        Role == Role.Client ? client == Name : supplier == Name;
}
