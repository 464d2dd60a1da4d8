namespace OrderGrpc.Server.Services;

/// <summary>The way of a call before its method is run, each step with one reason, in their order.</summary>
public static class CallPath
{
    public static IServiceCollection AddCallPath(this IServiceCollection services) => services
        .AddSingleton<CallerBuckets>()
        .AddSingleton<CompleteAnswer>()
        .AddSingleton<EndedConnection>()
        .AddSingleton<ProvenConnection>()
        .AddSingleton<CallRate>()
        .AddSingleton<RequestSize>()
        .AddSingleton<CallDeadline>()
        .AddSingleton<AnonymousCalls>()
        .AddSingleton<RunningCalls>()
        .AddSingleton<RequestReading>()
        .AddSingleton<AnswerTaking>();

    public static IApplicationBuilder UseCallPath(this IApplicationBuilder app) => app
        .UseStep<EndedConnection>()
        .UseAuthentication()
        .UseStep<ProvenConnection>()
        .UseAuthorization() // those who may not call are answered there, and counted
        .Use(VersionHeader.RunAsync)
        .UseStep<CompleteAnswer>()
        .UseStep<CallRate>()
        .UseStep<RequestSize>()
        .UseStep<CallDeadline>()
        .UseStep<AnonymousCalls>()
        .UseStep<RunningCalls>()
        .UseStep<RequestReading>()
        .UseStep<AnswerTaking>();

    // Not UseMiddleware: that asks for the same object anew at each call.
    private static IApplicationBuilder UseStep<TStep>(this IApplicationBuilder app)
        where TStep : IMiddleware
    {
        var step = app.ApplicationServices.GetRequiredService<TStep>();
        return app.Use(next => context => step.InvokeAsync(context, next));
    }
}
