using System.Globalization;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server;

/// <summary>
/// What the standard OTEL_ variables say of where telemetry is sent: a signal is, where its endpoint is named or
/// its exporter is otlp. The exporter reads them itself and passes over in silence what it cannot read; so that is
/// looked for here.
/// </summary>
/// <param name="Traces">Whether spans are sent by OTLP.</param>
/// <param name="Metrics">Whether numbers are.</param>
public sealed record ExportVariables(bool Traces, bool Metrics)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly (string Name, string[] Words)[] Choices =
    [
        ("OTEL_SDK_DISABLED", ["true", "false"]),
        ("OTEL_TRACES_EXPORTER", ["otlp", "none"]),
        ("OTEL_METRICS_EXPORTER", ["otlp", "none"]),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", ["grpc", "http/protobuf"]),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", ["grpc", "http/protobuf"]),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", ["grpc", "http/protobuf"]),
        ("OTEL_TRACES_SAMPLER", ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"]),
    ];

    /// <summary>Reads them.</summary>
    /// <exception cref="StartException">One of them is not what it must be.</exception>
    public static ExportVariables Read(Func<string, string?> variable)
    {
        foreach (var (name, words) in Choices)
        {
            Require(variable(name), name, value => words.Contains(value), $"it must be one of {string.Join(", ", words)}"
                + (name == "OTEL_METRICS_EXPORTER" ? "; a page for Prometheus is --metrics-urls" : ""));
        }

        foreach (var name in new[] { Endpoint, OfSignal("TRACES"), OfSignal("METRICS") })
        {
            Require(variable(name), name, value => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https", "it must be a URL such as http://127.0.0.1:4317");
        }

        Require(variable("OTEL_TRACES_SAMPLER_ARG"), "OTEL_TRACES_SAMPLER_ARG",
            value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1, "it must be a number from 0 to 1");
        return variable("OTEL_SDK_DISABLED") == "true" ? new(false, false) : new(IsSent("TRACES", variable), IsSent("METRICS", variable));
    }

    private static bool IsSent(string signal, Func<string, string?> variable) => variable($"OTEL_{signal}_EXPORTER") switch
    {
        "otlp" => true,
        "none" => false,
        _ => !string.IsNullOrEmpty(variable(Endpoint)) || !string.IsNullOrEmpty(variable(OfSignal(signal))),
    };

    private static string OfSignal(string signal) => $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";

    // An empty one is as none: so the standard has it.
    private static void Require(string? value, string name, Func<string, bool> isRight, string rule)
    {
        if (!string.IsNullOrEmpty(value) && !isRight(value))
        {
            throw new StartException($"{name} is '{SafeText.Of(value)}': {rule}.");
        }
    }
}
