using System.Text.Json;
using System.Text.Json.Serialization;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>What the registry knows of a token: never the token itself. Times are whole seconds.</summary>
/// <param name="Id">The token's id (jti): sixteen hexadecimal digits.</param>
/// <param name="Caller">Whose token it is.</param>
/// <param name="Issued">When it was issued.</param>
/// <param name="Expires">From when on it is refused; null for never.</param>
/// <param name="Key">The id of the key that signed it.</param>
/// <param name="Revoked">When it was revoked; null while it was not.</param>
public sealed record TokenRecord(string Id, Caller Caller, DateTimeOffset Issued, DateTimeOffset? Expires, string Key, DateTimeOffset? Revoked = null);

/// <summary>What the lines of tokens.jsonl say: the tokens by their id, and the orders whose links were revoked.</summary>
internal sealed record TokenBook(Dictionary<string, TokenRecord> Tokens, Dictionary<long, DateTimeOffset> RevokedLinks);

/// <summary>One line of tokens.jsonl: an issue, which has an id, or a revocation, which names one, or an order whose links it is of.</summary>
internal sealed record TokenLine(
    string? Id = null,
    string? Role = null,
    string? Name = null,
    DateTimeOffset? Issued = null,
    DateTimeOffset? Expires = null,
    string? Key = null,
    string? Revoked = null,
    DateTimeOffset? Time = null,
    long? Links = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static TokenLine Of(TokenRecord token) => new(
        token.Id, RoleNames.Of(token.Caller.Role), token.Caller.Name, token.Issued, token.Expires, token.Key);

    /// <summary>Adds what the line says to the records; false where it says nothing that makes sense.</summary>
    public static bool Apply(ReadOnlySpan<byte> line, TokenBook book)
    {
        var tokens = book.Tokens;
        TokenLine? read;
        try
        {
            read = JsonSerializer.Deserialize<TokenLine>(line, Json);
        }
        catch (JsonException)
        {
            return false;
        }

        if (read is { Revoked: { } revoked, Time: { } time, Id: null, Links: null })
        {
            return tokens.TryGetValue(revoked, out var token) && (tokens[revoked] = token with { Revoked = time }) is not null;
        }

        if (read is { Links: { } order and > 0, Time: { } at, Id: null, Revoked: null })
        {
            book.RevokedLinks[order] = at;
            return true;
        }

        return read is { Id: { } id, Name: { } name, Issued: { } issued, Key: { } key, Revoked: null, Links: null }
            && RoleNames.Parse(read.Role) is { } role
            && PartyName.IsValid(name)
            && tokens.TryAdd(id, new TokenRecord(id, new Caller(role, name), issued, read.Expires, key));
    }

    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];
}
