using Microsoft.AspNetCore.Authorization;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>Who may call a service: [Authorize(Policy = Policies.Client)]. A service without one is open to both roles.</summary>
public static class Policies
{
    public const string Client = "client";
    public const string Supplier = "supplier";

    /// <summary>Makes the policies known; what says nothing is open to callers only, and to no one else.</summary>
    public static void AddTo(AuthorizationBuilder authorization)
    {
        var caller = new AuthorizationPolicyBuilder().RequireAssertion(call => call.User.Identity is CallerIdentity).Build();
        authorization
            .SetFallbackPolicy(caller)
            .SetDefaultPolicy(caller)
            .AddPolicy(Client, policy => Require(policy, Role.Client))
            .AddPolicy(Supplier, policy => Require(policy, Role.Supplier));
    }

    private static void Require(AuthorizationPolicyBuilder policy, Role role) =>
        policy.RequireAssertion(call => call.User.Identity is CallerIdentity caller && caller.Caller.Role == role);
}
