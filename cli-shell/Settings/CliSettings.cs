namespace OrderGrpc.CliShell;

/// <summary>How results are printed.</summary>
public enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: proto3 JSON of the contract's messages.</summary>
    Json,

    /// <summary>For programs: flat rows, each a JSON object on a line.</summary>
    Jsonl,

    /// <summary>For spreadsheets: flat rows.</summary>
    Csv,

    /// <summary>For scripts: flat rows, cells parted by tabs.</summary>
    Tsv,
}

/// <summary>What is asked of a format.</summary>
public static class OutputFormats
{
    /// <summary>Whether results are flat rows, which lists and watches have.</summary>
    public static bool IsRows(this OutputFormat format) => format is OutputFormat.Jsonl or OutputFormat.Csv or OutputFormat.Tsv;
}

/// <summary>The global options, as flags and environment have settled them.</summary>
public sealed record CliSettings
{
    /// <summary>The server, or those of the deployment.</summary>
    public required ServerList Server { get; init; }

    /// <summary>The flags of this command line that say where to go and as whom, for command lines that are told: " --server URL".</summary>
    public string Flags { get; init; } = "";

    /// <summary>The name of the context that holds; null for none.</summary>
    public string? Context { get; init; }

    /// <summary>Where the token is; null for the file that belongs to the server and the role.</summary>
    public string? TokenFile { get; init; }

    /// <summary>How results are printed.</summary>
    public OutputFormat Output { get; init; }

    /// <summary>The language of texts, here and asked of the server.</summary>
    public Language Language { get; init; }

    /// <summary>How text looks.</summary>
    public Appearance Appearance { get; init; } = new();

    /// <summary>How long a command may take; the default where neither flag nor environment says.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>The --timeout flag alone, as <c>order wait</c> has no limit without it.</summary>
    public TimeSpan? TimeoutFlag { get; init; }

    /// <summary>Certificates (PEM) that the server's must lead to; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client's own certificate (PEM), for mutual TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The private key of <see cref="CertificateFile"/> (PEM).</summary>
    public string? KeyFile { get; init; }

    /// <summary>10 s.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);
}
