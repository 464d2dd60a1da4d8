namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>The schema of a file; user_version counts the scripts that were run.</summary>
public static class Schema
{
    /// <summary>The scripts, in order.</summary>
    public static IReadOnlyList<string> Scripts { get; } = SchemaScripts.Of(typeof(Schema));
}
