namespace OrderGrpc.Server;

/// <summary>What the server's process ends with.</summary>
public static class ServerExitCodes
{
    public const int Done = 0;

    /// <summary>It could not start, or the command could not run; standard error says why.</summary>
    public const int CannotStart = 1;

    /// <summary>The store failed while it ran: EX_IOERR of sysexits.h. The next start checks the file.</summary>
    public const int StoreFailed = 74;
}
