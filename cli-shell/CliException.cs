namespace OrderGrpc.CliShell;

/// <summary>Ends a command with a message for people; found on this side, not by the server.</summary>
public sealed class CliException(int exitCode, string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The gRPC status code that says the same, such as INVALID_ARGUMENT.</summary>
    public string Code { get; } = code;

    /// <summary>A value or a combination on the command line is wrong.</summary>
    public static CliException Usage(string message) => new(ExitCodes.Usage, "INVALID_ARGUMENT", message);

    /// <summary>Something on this machine is in the way, such as a file.</summary>
    public static CliException Refused(string message) => new(ExitCodes.Refused, "FAILED_PRECONDITION", message);
}
