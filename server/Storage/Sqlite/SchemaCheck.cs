using System.Text;
using Microsoft.Data.Sqlite;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// Holds the schema of a file against what the scripts make; comments, and blanks outside quotes, do
/// not count. A trigger, a view, an index or a rule more would have our own statements do what we did
/// not write.
/// </summary>
public static class SchemaCheck
{
    private const string Items = "SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 1000";

    /// <summary>In what the file differs from the scripts up to its version.</summary>
    public static IReadOnlyList<string> FaultsOf(SqliteConnection file)
    {
        using var made = SqliteFile.Connect(":memory:", SqliteOpenMode.Memory);
        foreach (var script in Schema.Scripts.Take((int)file.Scalar("PRAGMA user_version")))
        {
            made.Execute(script);
        }

        var (expected, found) = (Read(made), Read(file));
        return
        [
            .. found.Where(item => !expected.ContainsKey(item.Key)).Select(item => $"its {item.Key} is not of this program"),
            .. expected.Where(item => !found.ContainsKey(item.Key)).Select(item => $"its {item.Key} is missing"),
            .. expected.Where(item => found.TryGetValue(item.Key, out var sql) && sql != item.Value).Select(item => $"its {item.Key} is another than this program makes"),
        ];
    }

    private static Dictionary<string, string> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Items;
        using var row = command.ExecuteReader();
        var items = new Dictionary<string, string>();
        while (row.Read())
        {
            var name = $"{Text(row, 0)} '{Text(row, 1)}'"; // as it is: who tells it escapes it, once
            items[name.Length > SqliteLimits.SchemaNameLength ? name[..SqliteLimits.SchemaNameLength] + "…" : name] = $"{Text(row, 2)}: {Plain(Text(row, 3))}";
        }

        return items;
    }

    private static string Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);

    // Without comments and with one space for any: a later version may word a script's comments anew.
    private static string Plain(string sql)
    {
        var plain = new StringBuilder(sql.Length);
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] is '\'' or '"' or '`' or '[')
            {
                var end = sql.IndexOf(sql[i] == '[' ? ']' : sql[i], i + 1);
                end = end < 0 ? sql.Length - 1 : end;
                plain.Append(sql, i, end - i + 1);
                i = end;
            }
            else if (sql.AsSpan(i).StartsWith("--"))
            {
                i = sql.IndexOf('\n', i) is >= 0 and var line ? line : sql.Length;
                Space(plain);
            }
            else if (sql.AsSpan(i).StartsWith("/*"))
            {
                i = sql.IndexOf("*/", i + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 1 : sql.Length;
                Space(plain);
            }
            else if (char.IsWhiteSpace(sql[i]))
            {
                Space(plain);
            }
            else
            {
                plain.Append(sql[i]);
            }
        }

        return plain.ToString().TrimEnd();
    }

    private static void Space(StringBuilder plain)
    {
        if (plain.Length > 0 && plain[^1] != ' ')
        {
            plain.Append(' ');
        }
    }
}
