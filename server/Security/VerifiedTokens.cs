using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Primitives;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens verified so far. Only good tokens get here, so strangers cannot fill it; and a caller
/// has so many entries, so that it cannot drive out the others by spelling its token anew (the last
/// letter of a signature has bits that nobody reads). Two generations, of which the older is
/// dropped when the younger is full: what is used stays. A token of an external issuer is verified
/// again after a while, since the issuer may have withdrawn its key; and so is an order link, whose order
/// may have ended.
/// </summary>
public sealed class VerifiedTokens(TokenLimits limits, TimeProvider time)
{
    private readonly Lock gate = new();
    private volatile Generation young = new();
    private volatile Generation old = new();

    /// <summary>How many are remembered now.</summary>
    public int Count => young.Entries.Count + old.Entries.Count;

    /// <summary>What a token that was verified before came to; null where it was not, or too long ago.</summary>
    public AuthenticateResult? Find(StringValues header)
    {
        var token = BearerToken.In(header);
        if (token.IsEmpty)
        {
            return null;
        }

        if (!young.Spans.TryGetValue(token, out var entry) && old.Spans.TryGetValue(token, out entry))
        {
            Keep(token.ToString(), entry);
        }

        return entry is not null && !(entry.Until <= time.GetUtcNow()) ? entry.Result : null;
    }

    /// <summary>Keeps a verified token.</summary>
    public void Add(StringValues header, ClaimsPrincipal principal)
    {
        var identity = principal.Identify();
        var result = AuthenticateResult.Success(new AuthenticationTicket(principal, identity.AuthenticationType!));
        Keep(BearerToken.In(header).ToString(), new Entry(result, identity.Caller.Account, identity.TokenId is null ? time.GetUtcNow() + limits.ExternalTokenTrust : null));
    }

    // Reads take no lock. What a caller has too much of is verified anew at each of its calls.
    private void Keep(string token, Entry entry)
    {
        lock (gate)
        {
            if (young.Entries.Count >= limits.VerifiedTokens / 2 || young.Characters >= limits.VerifiedTokenCharacters / 2)
            {
                old = young;
                young = new Generation();
            }

            var known = young.Entries.ContainsKey(token);
            var ofCaller = young.ByCaller.GetValueOrDefault(entry.Caller);
            if (!known && ofCaller >= limits.VerifiedTokensPerCaller / 2)
            {
                return;
            }

            young.Entries[token] = entry;
            if (!known)
            {
                young.Characters += token.Length;
                young.ByCaller[entry.Caller] = ofCaller + 1;
            }
        }
    }

    private sealed record Entry(AuthenticateResult Result, Caller Caller, DateTimeOffset? Until);

    private sealed class Generation
    {
        public Generation() => Spans = Entries.GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> Spans { get; }

        public Dictionary<Caller, int> ByCaller { get; } = [];

        public int Characters { get; set; }
    }
}
