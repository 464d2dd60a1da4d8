using System.Security.Claims;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What a caller is told of itself.</summary>
public static class CallerFacts
{
    /// <summary>Of an authenticated call.</summary>
    public static GetCallerResponse Of(ClaimsPrincipal user)
    {
        var identity = user.Identify();
        return new GetCallerResponse
        {
            Role = identity.Caller.Role,
            Name = identity.Caller.Name,
            TokenExpireTime = identity.Expires is { } end ? Timestamp.FromDateTimeOffset(end) : null,
            ServerVersion = ServerVersion.Text,
            OrderId = identity.Caller.OnlyOrder,
        };
    }
}
