namespace OrderGrpc.Server.Security;

/// <summary>
/// Tokens: how large one may be, how many verified ones are remembered, how soon a revocation is seen.
/// Of an external issuer: how far its clock may be off, how long its word is taken, how often its keys
/// are read, how long it may take to answer.
/// </summary>
public static class TokenLimits
{
    public const int TokenBytes = 4096;
    public const int VerifiedTokens = 10_000;
    public const int VerifiedTokenCharacters = 8 << 20; // of all that are remembered
    public const int VerifiedTokensPerCaller = 16;
    public static readonly TimeSpan TokenCheckInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan UnknownKeyLook = TimeSpan.FromSeconds(1); // the folder of keys is looked at no more often for a key that is not known
    public static readonly TimeSpan MaxTokenLifetime = TimeSpan.FromDays(3650);
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ExternalTokenTrust = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan IssuerKeysRefresh = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(10);
}
