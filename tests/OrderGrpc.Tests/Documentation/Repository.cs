namespace OrderGrpc.Tests.Documentation;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of OrderGrpc.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "OrderGrpc.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
