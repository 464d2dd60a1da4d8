using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>The roles as tokens, file names and command lines spell them.</summary>
public static class RoleNames
{
    /// <summary>client or supplier.</summary>
    public static string Of(Role role) => role switch
    {
        Role.Client => "client",
        Role.Supplier => "supplier",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "not the role of a caller"),
    };

    /// <summary>The role of this exact name; null for anything else.</summary>
    public static Role? Parse(string? name) => name switch
    {
        "client" => Role.Client,
        "supplier" => Role.Supplier,
        _ => null,
    };
}
