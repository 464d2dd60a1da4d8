using System.Collections.Frozen;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>Which names of suppliers an order may be for.</summary>
public enum SupplierCheck
{
    /// <summary>Tokens without an external issuer, and any with one: it may know suppliers that have not come yet.</summary>
    Auto,

    /// <summary>Every name that a party can have.</summary>
    Any,

    /// <summary>The default supplier, and who was issued a token of ours that is not revoked.</summary>
    Tokens,
}

/// <summary>
/// Whether anybody will ever see an order for a supplier. Of the registry as last read, so no I/O: a
/// supplier whose token was issued this second is known within the next.
/// </summary>
public sealed class KnownSuppliers(TokenRegistry registry, ServerOptions options)
{
    private readonly bool any = options.KnownSuppliers == SupplierCheck.Any
        || (options.KnownSuppliers == SupplierCheck.Auto && ExternalIssuer.IsSet(options));

    private volatile Read last = new(new Dictionary<string, TokenRecord>(), FrozenSet<string>.Empty);

    /// <summary>Why this command is refused for its supplier, or null. The answer does not tell a name that is not known from one that was.</summary>
    public Refusal? Check(IOrderCommand command) => command is PlaceOrderRequest { Supplier: var name } && !Has(name)
        ? new Refusal(ErrorReason.InvalidField) { Fields = [new FieldFault("supplier", FieldRule.NotKnown)] }
        : null;

    private bool Has(string name) => any || name == options.DefaultSupplier || Names().Contains(name);

    private FrozenSet<string> Names()
    {
        var (tokens, read) = (registry.All, last);
        if (!ReferenceEquals(tokens, read.Tokens))
        {
            var names = tokens.Values.Where(token => token.Caller.Role == Role.Supplier && token.Revoked is null).Select(token => token.Caller.Name);
            last = read = new Read(tokens, names.ToFrozenSet(StringComparer.Ordinal));
        }

        return read.Names;
    }

    private sealed record Read(IReadOnlyDictionary<string, TokenRecord> Tokens, FrozenSet<string> Names);
}
