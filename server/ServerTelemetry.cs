using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrderGrpc.Server.Telemetry;

namespace OrderGrpc.Server;

/// <summary>
/// Where what the parts tell of themselves goes: by OTLP to where the OTEL_ variables say, and to the page of
/// --metrics-urls. There is none where neither is asked for, and then nothing listens to the parts.
/// </summary>
public sealed class ServerTelemetry : IAsyncDisposable
{
    // Ours, the runtime's, and those of the libraries that have their own.
    private static readonly string[] Meters = ["OrderGrpc.*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];

    private readonly ServerOptions options;
    private readonly ILoggerFactory logging;
    private readonly TracerProvider? traces;
    private readonly MeterProvider? metrics;
    private WebApplication? page;

    private ServerTelemetry(ServerOptions options, ExportVariables sent, int links, ILoggerFactory logging)
    {
        (this.options, this.logging) = (options, logging);
        if (sent.Traces)
        {
            traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton<IConfiguration>(Variables(links)))
                .SetResourceBuilder(Resource()).AddSource(Spans.Name, "Npgsql").AddOtlpExporter().Build();
        }

        if (sent.Metrics || HasPage)
        {
            var builder = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(Meters);
            builder = HasPage ? builder.AddPrometheusExporter() : builder;
            metrics = (sent.Metrics ? builder.AddOtlpExporter() : builder).Build();
        }
    }

    /// <summary>The addresses of the page of metrics.</summary>
    public IEnumerable<string> PageAddresses => page?.Urls.Select(url => url + MetricsPage.Path) ?? [];

    private bool HasPage => options.MetricsUrls.Length > 0;

    /// <summary>Listens to the parts, where the settings or the variables ask for it.</summary>
    /// <param name="links">How many links a span may have: as many as a batch has commands.</param>
    /// <exception cref="StartException">A variable is not what it must be.</exception>
    public static ServerTelemetry? Open(ServerOptions options, int links, ILoggerFactory logging)
    {
        var sent = ExportVariables.Read(Environment.GetEnvironmentVariable);
        return sent.Traces || sent.Metrics || options.MetricsUrls.Length > 0 ? new ServerTelemetry(options, sent, links, logging) : null;
    }

    /// <summary>Opens the page of metrics, where there is to be one.</summary>
    /// <exception cref="StartException">Its address is taken.</exception>
    public async Task OpenPageAsync(CancellationToken cancellation)
    {
        if (HasPage)
        {
            page = await MetricsPage.OpenAsync(options.MetricsUrls, metrics!, logging, cancellation);
        }
    }

    /// <summary>Sends what was not sent yet, within a limit: nobody waits for a collector that does not answer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (page is not null)
        {
            await page.DisposeAsync();
        }

        var longest = (int)TelemetryLimits.LastExport.TotalMilliseconds;
        await Task.WhenAll(Task.Run(() => traces?.Shutdown(longest)), Task.Run(() => metrics?.Shutdown(longest)));
        traces?.Dispose();
        metrics?.Dispose();
    }

    // The exporter's own limit is 128 links; the variable still has the last word.
    private static IConfigurationRoot Variables(int links) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("OTEL_SPAN_LINK_COUNT_LIMIT", links.ToString(CultureInfo.InvariantCulture))])
        .AddEnvironmentVariables()
        .Build();

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so have the last word.
    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateEmpty().AddTelemetrySdk().AddService("ordergrpc", serviceVersion: ServerVersion.Text).AddEnvironmentVariableDetector();
}
