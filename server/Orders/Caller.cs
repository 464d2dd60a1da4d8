using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>Who acts: a role and a name, as the token said.</summary>
public readonly record struct Caller(Role Role, string Name)
{
    /// <summary>The caller in one word, such as "client:acme"; unique, since a role has no colon.</summary>
    public string Key => (Role == Role.Client ? "client:" : "supplier:") + Name;

    /// <summary>Whether an order between these two concerns the caller.</summary>
    public bool MaySee(string client, string supplier) =>
        Role == Role.Client ? client == Name : supplier == Name;
}
