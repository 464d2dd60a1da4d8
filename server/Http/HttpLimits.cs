namespace OrderGrpc.Server.Http;

/// <summary>What a request over HTTP may ask for beyond its fields.</summary>
public static class HttpLimits
{
    /// <summary>How deep JSON may go; the contract goes four levels deep.</summary>
    public const int JsonDepth = 16;

    /// <summary>The characters of a field that nobody knows, in the error that names it.</summary>
    public const int NameLength = 64;
}
