namespace OrderGrpc.Server.Storage;

/// <summary>The numbered scripts that make an engine's schema: each is run once, after those before it.</summary>
public static class SchemaScripts
{
    /// <summary>The scripts of the engine in a namespace, in order.</summary>
    public static IReadOnlyList<string> Of(Type engine)
    {
        var prefix = engine.Namespace + ".Schema.";
        return [.. engine.Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(engine, name))];
    }

    private static string Read(Type engine, string name)
    {
        using var reader = new StreamReader(engine.Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
