namespace OrderGrpc.Server.Storage;

/// <summary>What every engine keeps to.</summary>
public static class StoreLimits
{
    public const int BytesPerRead = 256 << 10; // of rows that a watch or the tail keeps at once
}
