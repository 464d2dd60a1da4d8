namespace OrderGrpc.CliShell;

/// <summary>What a process of either tool ends with. Part of the contract with scripts: never renumbered.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The server refused, or failed; or <c>inbox --exit-code</c> found something waiting.</summary>
    public const int Refused = 1;

    /// <summary>The command line or a value on it is wrong, found here or by the server (INVALID_ARGUMENT).</summary>
    public const int Usage = 2;

    /// <summary><c>order wait</c>: the order ended in a state that was not waited for.</summary>
    public const int EndedElsewhere = 3;

    /// <summary>Time ran out first.</summary>
    public const int Timeout = 4;

    /// <summary>The server cannot be reached.</summary>
    public const int Unreachable = 5;

    /// <summary>No token, or one that does not allow it.</summary>
    public const int NotAllowed = 6;

    /// <summary>Ended by Ctrl-C before it was done, as shells have it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
