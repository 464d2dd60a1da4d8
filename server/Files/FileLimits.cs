namespace OrderGrpc.Server.Files;

/// <summary>How large a file with a secret may be.</summary>
public static class FileLimits
{
    public const int SecretBytes = 65536;
}
