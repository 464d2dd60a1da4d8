using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>The schema of a file; user_version counts the scripts that were run.</summary>
public static class Schema
{
    /// <summary>The scripts, in order.</summary>
    public static IReadOnlyList<string> Scripts { get; } = SchemaScripts.Of(typeof(Schema));

    /// <summary>Makes the schema in a new file, which may be marked as half a copy, or brings it up to date.</summary>
    public static void Make(SqliteConnection connection, bool half)
    {
        var version = (int)connection.Scalar("PRAGMA user_version");
        var mark = version == 0 ? FileMark.Statement(half) + "; " : "";
        for (var next = version; next < Scripts.Count; next++)
        {
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {mark}{Scripts[next]}; PRAGMA user_version = {next + 1}; COMMIT"));
        }
    }
}
