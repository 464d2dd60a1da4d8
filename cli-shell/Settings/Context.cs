namespace OrderGrpc.CliShell;

/// <summary>A server by a name of one's own, and how this tool calls it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Server">Its address, as written.</param>
public sealed record Context(string Name, string Server)
{
    /// <summary>The token of this tool's role; null for the file that belongs to the server.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The language; null for that of the locale.</summary>
    public string? Language { get; init; }

    /// <summary>The authority of the server's certificate.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate of this tool's role.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of the certificate.</summary>
    public string? KeyFile { get; init; }
}
