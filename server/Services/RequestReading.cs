using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A call runs from here on: its connection is in use, and until its request was read, what fails is the
/// request's form. A request that has not come when the server stops is not waited for: nobody may hold
/// up its end.
/// </summary>
public sealed class RequestReading(IHostApplicationLifetime lifetime) : IMiddleware
{
    /// <summary>Says that the request was read: what fails from here on is not the request's form.</summary>
    public static void RequestRead(HttpContext context) => context.Features.Get<Reading>()?.End();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var reading = new Reading(context, lifetime.ApplicationStopping);
        context.Features.Set(reading);
        await next(context);
    }

    internal sealed class Reading : IDisposable
    {
        private readonly HttpContext context;
        private readonly CancellationTokenRegistration stopping;
        private readonly ConnectionUse? connection;
        private volatile bool hasEnded;

        public Reading(HttpContext context, CancellationToken stop)
        {
            this.context = context;
            connection = context.Features.Get<ConnectionUse>();
            connection?.Begin();
            stopping = stop.UnsafeRegister(static state => ((Reading)state!).Abort(), this);
        }

        public bool HasEnded => hasEnded;

        public void End()
        {
            hasEnded = true;
            stopping.Unregister();
        }

        public void Dispose()
        {
            stopping.Dispose();
            connection?.End();
        }

        private void Abort()
        {
            if (!hasEnded)
            {
                context.Abort();
            }
        }
    }
}
