using System.Globalization;
using System.Text.Json;

namespace OrderGrpc.Server.Security;

/// <summary>The tokens of a registry, as a table for people or as JSON for scripts.</summary>
public static class TokenList
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Prints id, role, name, times, key and state of each; an empty list is [] in JSON.</summary>
    public static void Print(TokenRegistry registry, SigningKeys keys, bool json, TextWriter output)
    {
        var now = registry.Time.GetUtcNow();
        var rows = registry.Tokens.Select(token => new Row(
            token.Id, RoleNames.Of(token.Caller.Role), token.Caller.Name, Text(token.Issued)!, Text(token.Expires), token.Key, StateOf(token, keys, now)));
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(rows, Json));
            return;
        }

        // The name is last: it may be of any script, and nothing has to line up after it.
        PrintLine(output, "ID", "ROLE", "STATE", "ISSUED", "EXPIRES", "KEY", "NAME");
        foreach (var row in rows)
        {
            PrintLine(output, row.Id, row.Role, row.State, row.Issued, row.Expires ?? "never", row.Key, row.Name);
        }
    }

    private static string StateOf(TokenRecord token, SigningKeys keys, DateTimeOffset now) =>
        token.Revoked is not null ? "revoked"
        : token.Expires <= now ? "expired"
        : keys.Has(token.Key) ? "active" : "key-retired";

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void PrintLine(TextWriter output, string id, string role, string state, string issued, string expires, string key, string name) =>
        output.WriteLine($"{id,-16}  {role,-8}  {state,-11}  {issued,-20}  {expires,-20}  {key,-10}  {name}");

    private sealed record Row(string Id, string Role, string Name, string Issued, string? Expires, string Key, string State);
}
