using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.JsonWebTokens;

namespace OrderGrpc.Server.Security;

/// <summary>
/// What we add to the steps of JwtBearer: who the caller of a verified token is, which is remembered,
/// and answers of our own.
/// </summary>
public sealed class CallerEvents(VerifiedTokens verified, Func<JsonWebToken, ValueTask<CallerIdentity>> identify, Func<string, ValueTask>? lookForKey = null) : JwtBearerEvents
{
    private static readonly AuthorizationPolicy Nobody = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        context.Token = BearerToken.In(context.Request.Headers.Authorization).ToString();
        if (context.Token.Length == 0)
        {
            context.NoResult();
        }
        else if (lookForKey is not null)
        {
            try
            {
                await lookForKey(context.Token); // here, since the verification itself waits for nothing
            }
            catch (RefusedTokenException e)
            {
                context.Fail(e);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        try
        {
            context.Principal = new ClaimsPrincipal(await identify((JsonWebToken)context.SecurityToken));
            verified.Add(context.Request.Headers.Authorization, context.Principal);
        }
        catch (RefusedTokenException e)
        {
            context.Fail(e);
        }
    }

    /// <inheritdoc/>
    public override async Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        if (context.Options.ConfigurationManager is { } issuer)
        {
            try
            {
                await issuer.GetConfigurationAsync(context.HttpContext.RequestAborted);
            }
            catch (Exception e) when (e is InvalidOperationException or IOException)
            {
                // The token may be good, but no key is there to tell.
                context.HttpContext.RequestServices.GetRequiredService<SecurityLog>().IssuerNotReachable(context.Options.Authority!, e);
            }
        }
    }

    /// <inheritdoc/>
    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse(); // its own answer is a bare 401 that quotes the failure
        return Answer(context.HttpContext, PolicyAuthorizationResult.Challenge());
    }

    /// <inheritdoc/>
    public override Task Forbidden(ForbiddenContext context) => Answer(context.HttpContext, PolicyAuthorizationResult.Forbid());

    private static Task Answer(HttpContext context, PolicyAuthorizationResult result) =>
        context.RequestServices.GetRequiredService<IAuthorizationMiddlewareResultHandler>()
            .HandleAsync(_ => Task.CompletedTask, context, Nobody, result);
}
