namespace OrderGrpc.Server;

/// <summary>Which server this is.</summary>
public static class ServerVersion
{
    /// <summary>Major, minor and patch, such as 0.1.0: what was built, and nothing of where or when.</summary>
    public static string Text { get; } = typeof(ServerVersion).Assembly.GetName().Version!.ToString(fieldCount: 3);
}
