namespace OrderGrpc.Server.Security;

/// <summary>The security log: lines about refused calls in a second, the rest are counted.</summary>
public static class SecurityLogLimits
{
    public const int RefusalsLoggedPerSecond = 20;
    public const int LoggedTextLength = 200;
}
