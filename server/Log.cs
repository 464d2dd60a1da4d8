namespace OrderGrpc.Server;

/// <summary>
/// Every message that the server logs, with an id that stays. No secrets, no tokens, and no text of
/// other people as it came. Ids from 100: security.
/// </summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed, trace {Trace}.")]
    public static partial void CallFailed(ILogger logger, string method, string trace, Exception e);

    [LoggerMessage(3, LogLevel.Critical, "The store failed. No more commands are taken and the server ends; the next start checks the file.")]
    public static partial void StoreFailed(ILogger logger, Exception e);

    [LoggerMessage(7, LogLevel.Critical, "The log could not be followed, through a fault of the program. The server ends; nothing that was acknowledged is lost.")]
    public static partial void TailFailed(ILogger logger, Exception e);

    [LoggerMessage(8, LogLevel.Error, "The store cannot be reached. Commands wait, each until its deadline, and so do reads. {Problem}")]
    public static partial void StoreLost(ILogger logger, string problem);

    [LoggerMessage(9, LogLevel.Warning, "The store is reached again.")]
    public static partial void StoreReached(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "Stopping: running commands are answered, watches end with UNAVAILABLE.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(5, LogLevel.Information, "Draining for {Seconds} s: health says NOT_SERVING, and calls are answered as before.")]
    public static partial void Draining(ILogger logger, int seconds);

    [LoggerMessage(100, LogLevel.Error, "Keys and tokens cannot be read; those known hold. {Problem}")]
    public static partial void TokensNotReadable(ILogger logger, string problem);

    [LoggerMessage(101, LogLevel.Information, "Token {Id} was issued to {Role} {Name}.")]
    public static partial void TokenIssued(ILogger logger, string id, string role, string name);

    [LoggerMessage(102, LogLevel.Information, "Token {Id} of {Role} {Name} was revoked.")]
    public static partial void TokenRevoked(ILogger logger, string id, string role, string name);

    [LoggerMessage(103, LogLevel.Information, "Key {Key} signs tokens from now on.")]
    public static partial void KeyAdded(ILogger logger, string key);

    [LoggerMessage(104, LogLevel.Information, "Key {Key} was retired: the tokens that it signed are refused.")]
    public static partial void KeyRetired(ILogger logger, string key);

    [LoggerMessage(105, LogLevel.Warning, "A call of {Method} from {Address} was not authenticated: {Reason}.")]
    public static partial void AuthenticationRefused(ILogger logger, string reason, string method, string address);

    [LoggerMessage(106, LogLevel.Warning, "A call of {Method} from {Address} by {Role} {Name} was refused: {Reason}.")]
    public static partial void AccessRefused(ILogger logger, string reason, string method, string address, string role, string name);

    [LoggerMessage(107, LogLevel.Warning, "{Count} more refused calls were not logged.")]
    public static partial void RefusalsNotLogged(ILogger logger, long count);

    [LoggerMessage(110, LogLevel.Warning, "A call of {Method} from {Address} by {Caller} reached a limit: {Reason}.")]
    public static partial void LimitReached(ILogger logger, string reason, string method, string address, string caller);

    [LoggerMessage(111, LogLevel.Warning, "A connection from {Address} was refused: it has as many open, or makes as many in a second, as one address may.")]
    public static partial void ConnectionRefused(ILogger logger, string address);

    [LoggerMessage(112, LogLevel.Warning, "A connection from {Address} was ended: too many calls without a good token.")]
    public static partial void ConnectionEnded(ILogger logger, string address);

    [LoggerMessage(113, LogLevel.Information, "The links of order {OrderId} that were made up to now were revoked.")]
    public static partial void LinksRevoked(ILogger logger, long orderId);

    [LoggerMessage(114, LogLevel.Information, "A link to order {OrderId} was made for {Role} {Name}.")]
    public static partial void LinkMade(ILogger logger, long orderId, string role, string name);

    [LoggerMessage(108, LogLevel.Error, "The changed certificate is not used; the one before serves on. {Problem}")]
    public static partial void CertificateNotReadable(ILogger logger, string problem);

    [LoggerMessage(109, LogLevel.Error, "The issuer {Authority} cannot be asked for its keys, and its tokens are refused: {Problem}")]
    public static partial void IssuerNotReachable(ILogger logger, string authority, string problem);
}
