using OrderGrpc.Tests.Otlp;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Telemetry;

/// <summary>A collector of OpenTelemetry on this machine, which takes what a server sends by OTLP over HTTP.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<Span> spans = [];
    private readonly WebApplication app;
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/traces", TakeTracesAsync);
        app.MapPost("/v1/metrics", () =>
        {
            HasMetrics.TrySetResult();
            return Results.Ok();
        });
    }

    /// <summary>Done when metrics have come.</summary>
    public TaskCompletionSource HasMetrics { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The attributes of whoever sent the spans.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; private set; } = new Dictionary<string, string>();

    /// <summary>By which a server finds it, and sends soon.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>All spans so far, once they are what is waited for.</summary>
    public async Task<IReadOnlyList<Span>> UntilAsync(Func<IReadOnlyList<Span>, bool> isAll)
    {
        while (true)
        {
            Task next;
            List<Span> soFar;
            lock (gate)
            {
                (next, soFar) = (arrival.Task, [.. spans]);
            }

            if (isAll(soFar))
            {
                return soFar;
            }

            await next.WaitAsync(Deadlines.Patience);
        }
    }

    /// <summary>An attribute as text; empty where there is none.</summary>
    public static string Of(IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value is { } value
        ? value.ValueCase == AnyValue.ValueOneofCase.IntValue ? $"{value.IntValue}" : value.StringValue
        : "";

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> TakeTracesAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var export = ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray());
        TaskCompletionSource arrived;
        lock (gate)
        {
            Resource = export.ResourceSpans[0].Resource.Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.StringValue);
            spans.AddRange(export.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans));
            (arrived, arrival) = (arrival, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        arrived.SetResult();
        return Results.Ok();
    }
}
