using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Telemetry;

namespace OrderGrpc.Server;

/// <summary>
/// The page of metrics that Prometheus reads, on addresses of its own: in plain text, without tokens, and with
/// nothing else beside it. It is there until the server has ended.
/// </summary>
public static class MetricsPage
{
    public const string Path = "/metrics";

    /// <summary>Opens it.</summary>
    /// <exception cref="StartException">An address is taken.</exception>
    public static async Task<WebApplication> OpenAsync(string urls, MeterProvider metrics, ILoggerFactory logging, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, urls));
        builder.Services.AddSingleton(logging).AddSingleton<IHostLifetime, UnattendedLifetime>();
        var page = builder.Build();
        page.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, null, Path, null, null);
        try
        {
            await page.StartAsync(cancellation);
            return page;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await page.DisposeAsync();
            throw new StartException($"Another program is listening on {urls}. Stop it, or name another address with --metrics-urls.", e);
        }
    }

    private static void Configure(KestrelServerOptions kestrel, string urls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = TelemetryLimits.PageConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = TelemetryLimits.PageHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.RequestHeadersTimeout = TelemetryLimits.PageHeadersTimeout;
        foreach (var address in StartRules.AddressesOf(urls))
        {
            Transport.Listen(kestrel, address, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        }
    }
}
