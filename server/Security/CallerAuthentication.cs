using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;

namespace OrderGrpc.Server.Security;

/// <summary>Who calls, and whether they may: the part of the composition that Program asks for.</summary>
public static class CallerAuthentication
{
    private const string AnyIssuer = "AnyIssuer";

    /// <summary>
    /// Adds authentication by bearer token and authorization by role. Everything is closed by
    /// default: an endpoint that says nothing is for callers with a good token. The answers need
    /// an IAuthorizationMiddlewareResultHandler, and UseAuthentication comes before UseAuthorization.
    /// </summary>
    /// <param name="links">The order links; null where none are taken.</param>
    public static IServiceCollection AddCallerAuthentication(
        this IServiceCollection services, ServerOptions options, ServerLimits limits, SigningKeys keys, TokenRegistry registry, OrderLinks? links = null)
    {
        var standing = new TokenStanding(keys, registry, links);
        var verified = new VerifiedTokens(limits.Tokens, registry.Time);
        services.AddSingleton(keys);
        services.AddSingleton(registry);
        services.AddSingleton<KnownSuppliers>();
        services.AddSingleton(standing);
        services.AddSingleton(verified);
        services.AddScoped<IAuthenticationService, CachingAuthenticationService>(); // before the framework adds its own
        services.AddSingleton<SecurityLog>();
        services.AddSingleton(new TrustedProxies(options));
        services.AddSingleton(provider => new RefusedCalls(options, limits.Connections, registry.Time, provider.GetRequiredService<SecurityLog>()));
        services.AddSingleton(new UnprovenConnections(options.MaxUnprovenConnectionsPerAddress, limits.Connections.UnprovenConnections));
        services.AddSingleton<TokenWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenWatch>());
        var external = ExternalIssuer.IsSet(options) ? new ExternalIssuer(options, limits.Tokens, registry.Time) : null;
        var authentication = AddCore(services, external is null ? JwtBearerDefaults.AuthenticationScheme : AnyIssuer, registry.Time)
            .AddJwtBearer(bearer =>
            {
                bearer.TokenValidationParameters = standing.Parameters;
                Complete(bearer, limits.Tokens, new CallerEvents(verified, standing.IdentifyAsync, standing.LookForKeyAsync));
            });
        if (external is not null)
        {
            AddExternal(authentication, external, limits.Tokens, verified);
        }

        Policies.AddTo(services.AddAuthorizationBuilder());
        return services;
    }

    // Not AddAuthentication: for cookies that nobody has, it would make keys in the home folder. And
    // nothing of appsettings.json changes how tokens are verified, but what our own settings say.
    private static AuthenticationBuilder AddCore(IServiceCollection services, string scheme, TimeProvider time)
    {
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = scheme);
        services.AddWebEncoders();
        services.TryAddSingleton(time);
        // Its lines about refused tokens quote what a stranger sent; ours do not.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.Warning));
        services.AddSingleton<IAuthenticationConfigurationProvider, NoConfiguration>();
        return new AuthenticationBuilder(services);
    }

    private static void AddExternal(AuthenticationBuilder authentication, ExternalIssuer external, TokenLimits limits, VerifiedTokens verified) =>
        authentication
            .AddJwtBearer(ExternalIssuer.Scheme, bearer =>
            {
                external.Configure(bearer);
                Complete(bearer, limits, new CallerEvents(verified, token => new(external.Identify(token))));
            })
            .AddPolicyScheme(AnyIssuer, null, policy => policy.ForwardDefaultSelector = call =>
                SchemeFor(call.Request.Headers.Authorization, limits));

    // What the token says of its issuer only chooses who verifies it, so it need not be true.
    private static string SchemeFor(StringValues header, TokenLimits limits)
    {
        var token = BearerToken.In(header).ToString();
        try
        {
            return token.Length == 0 || token.Length > limits.TokenBytes || new JsonWebToken(token).Issuer == TokenIssuer.Name
                ? JwtBearerDefaults.AuthenticationScheme : ExternalIssuer.Scheme;
        }
        catch (ArgumentException)
        {
            return JwtBearerDefaults.AuthenticationScheme; // not a token at all: refused there
        }
    }

    private static void Complete(JwtBearerOptions bearer, TokenLimits limits, CallerEvents events)
    {
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(new JsonWebTokenHandler
        {
            MapInboundClaims = false,
            MaximumTokenSizeInBytes = limits.TokenBytes,
        });
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.Events = events;
    }

    private sealed class NoConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
