using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace OrderGrpc.Server.Security;

/// <summary>Who calls, and whether they may: the part of the composition that Program asks for.</summary>
public static class CallerAuthentication
{
    /// <summary>
    /// Adds authentication by bearer token and authorization by role. Everything is closed by
    /// default: an endpoint that says nothing is for callers with a good token. The answers need
    /// an IAuthorizationMiddlewareResultHandler, and UseAuthentication comes before UseAuthorization.
    /// </summary>
    public static IServiceCollection AddCallerAuthentication(
        this IServiceCollection services, ServerOptions options, SigningKeys keys, TokenRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(options);
        var standing = new TokenStanding(keys, registry);
        var verified = new VerifiedTokens();
        services.AddSingleton(registry);
        services.AddSingleton(standing);
        services.AddSingleton<TokenWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenWatch>());
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer =>
            {
                bearer.TokenHandlers.Clear();
                bearer.TokenHandlers.Add(Handler());
                bearer.TokenValidationParameters = standing.Parameters;
                bearer.SaveToken = false;
                bearer.Events = new CallerEvents(verified, standing, standing.Identify);
            });
        Policies.AddTo(services.AddAuthorizationBuilder());
        return services;
    }

    private static JsonWebTokenHandler Handler() => new()
    {
        MapInboundClaims = false,
        MaximumTokenSizeInBytes = Limits.TokenBytes,
    };
}
