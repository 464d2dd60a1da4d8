namespace OrderGrpc.Server;

/// <summary>
/// Every message that the server logs, with an id that stays. No secrets, no tokens, and no text of
/// other people as it came. Ids from 100: security.
/// </summary>
public static partial class Log
{
    [LoggerMessage(100, LogLevel.Error, "Keys and tokens cannot be read; those known hold. {Problem}")]
    public static partial void TokensNotReadable(ILogger logger, string problem);
}
