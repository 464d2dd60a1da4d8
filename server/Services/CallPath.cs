using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>The way of a call before its method is run, each step with one reason, in their order.</summary>
public static class CallPath
{
    public static IServiceCollection AddCallPath(this IServiceCollection services) => services
        .AddSingleton<CallerBuckets>()
        .AddSingleton<CompleteAnswer>()
        .AddSingleton<EndedConnection>()
        .AddSingleton<OwnHost>()
        .AddSingleton<SuspectedCalls>()
        .AddSingleton<ProvenConnection>()
        .AddSingleton<ObservedCall>()
        .AddSingleton<CallRate>()
        .AddSingleton<RequestSize>()
        .AddSingleton<CallDeadline>()
        .AddSingleton<AnonymousCalls>()
        .AddSingleton<RunningCalls>()
        .AddSingleton<RequestReading>()
        .AddSingleton<AnswerTaking>();

    /// <param name="observed">Whether somebody asks what becomes of calls; else they take not even a look at it.</param>
    public static IApplicationBuilder UseCallPath(this IApplicationBuilder app, bool observed) => (observed ? app.Admit().UseStep<ObservedCall>() : app.Admit())
        .Use(VersionHeader.RunAsync)
        .UseStep<CompleteAnswer>()
        .UseStep<CallRate>()
        .UseStep<RequestSize>()
        .UseStep<CallDeadline>()
        .UseStep<AnonymousCalls>()
        .UseStep<RunningCalls>()
        .UseStep<RequestReading>()
        .UseStep<AnswerTaking>();

    // From the proxies on a call's address is that of who is behind them. Those who may not call are answered in there, and counted.
    private static IApplicationBuilder Admit(this IApplicationBuilder app) => app
        .UseTrustedProxies()
        .UseStep<EndedConnection>()
        .UseStep<OwnHost>()
        .UseStep<SuspectedCalls>()
        .UseAuthentication()
        .UseStep<ProvenConnection>()
        .UseAuthorization();

    private static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        services.GetRequiredService<TrustedProxies>().AddTo(app, services.GetRequiredService<ConnectionLimits>());
        return app;
    }

    /// <summary>One more step. Not UseMiddleware: that asks for the same object anew at each call.</summary>
    public static IApplicationBuilder UseStep<TStep>(this IApplicationBuilder app)
        where TStep : IMiddleware
    {
        var step = app.ApplicationServices.GetRequiredService<TStep>();
        return app.Use(next => context => step.InvokeAsync(context, next));
    }
}
