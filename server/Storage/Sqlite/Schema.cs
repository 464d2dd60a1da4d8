namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>The numbered scripts that make the schema; user_version counts those that were run.</summary>
public static class Schema
{
    /// <summary>The scripts, in order.</summary>
    public static IReadOnlyList<string> Scripts { get; } =
        [.. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Schema).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
