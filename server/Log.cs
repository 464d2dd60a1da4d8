namespace OrderGrpc.Server;

/// <summary>
/// Every message that the server logs, with an id that stays. No secrets, no tokens, and no text of
/// other people as it came. Ids from 100: security.
/// </summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed, trace {Trace}.")]
    public static partial void CallFailed(ILogger logger, string method, string trace, Exception e);

    [LoggerMessage(2, LogLevel.Error, "A command failed through a fault of the program; it was refused, and nothing was changed.")]
    public static partial void CommandFailed(ILogger logger, Exception e);

    [LoggerMessage(3, LogLevel.Critical, "Writing to the store failed. No more commands are taken and the server ends; the next start checks the file.")]
    public static partial void StoreFailed(ILogger logger, Exception e);

    [LoggerMessage(4, LogLevel.Information, "Stopping: running commands are answered, watches end with UNAVAILABLE.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(100, LogLevel.Error, "Keys and tokens cannot be read; those known hold. {Problem}")]
    public static partial void TokensNotReadable(ILogger logger, string problem);
}
