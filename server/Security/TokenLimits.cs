namespace OrderGrpc.Server.Security;

/// <summary>
/// Tokens: how large one may be, how many verified ones are remembered, how soon a revocation is seen.
/// How long an order link outlives its order. Of an external issuer: how far its clock may be off, how long its word is taken, how often its keys
/// are read, how long it may take to answer.
/// </summary>
public sealed record TokenLimits
{
    public static readonly TimeSpan UnknownKeyLook = TimeSpan.FromSeconds(1); // the folder of keys is looked at no more often for a key that is not known
    public const int KeySecrets = 10; // in the file of --key-secret-file
    public static readonly TimeSpan MaxTokenLifetime = TimeSpan.FromDays(3650);
    public static readonly TimeSpan LinkAfterOrder = TimeSpan.FromDays(30);

    public int TokenBytes { get; init; } = 4096;

    public int VerifiedTokens { get; init; } = 10_000;

    public int VerifiedTokenCharacters { get; init; } = 8 << 20; // of all that are remembered

    public int VerifiedTokensPerCaller { get; init; } = 16;

    public TimeSpan TokenCheckInterval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ExternalTokenTrust { get; init; } = TimeSpan.FromMinutes(5); // and an order link's, whose order may have ended

    public TimeSpan IssuerKeysRefresh { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan IssuerTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
