using System.Security.Cryptography;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens that were issued and revoked, as last read. Several processes may issue and revoke;
/// each sees what the others did by <see cref="RefreshAsync()"/>.
/// </summary>
#pragma warning disable CA1001 // No wait handle is asked of its gate, so it needs no disposing.
public sealed class TokenRegistry
#pragma warning restore CA1001
{
    private readonly IIdentityStore store;
    private readonly SemaphoreSlim gate = new(1);
    private string? seen;
    private volatile IReadOnlyDictionary<string, TokenRecord> known = new Dictionary<string, TokenRecord>();
    private volatile IReadOnlyDictionary<long, DateTimeOffset> revokedLinks = new Dictionary<long, DateTimeOffset>();

    private TokenRegistry(IIdentityStore store, TimeProvider time) => (this.store, Time) = (store, time);

    /// <summary>The clock by which tokens are issued, expire and are revoked.</summary>
    public TimeProvider Time { get; }

    /// <summary>How long what was read holds while it cannot be read again; null for as long as the server runs.</summary>
    public TimeSpan? Trust => store.Trust;

    /// <summary>All tokens by their id, as last read; another object once anything has changed.</summary>
    public IReadOnlyDictionary<string, TokenRecord> All => known;

    /// <summary>The orders whose links were revoked, with the last time, as last read.</summary>
    public IReadOnlyDictionary<long, DateTimeOffset> RevokedLinks => revokedLinks;

    /// <summary>All tokens in the order of their issue, as last read.</summary>
    public IReadOnlyList<TokenRecord> Tokens => [.. known.Values.OrderBy(token => token.Issued)];

    /// <summary>Reads the registry of a store, whose place must be there.</summary>
    /// <exception cref="StartException">It is not readable or damaged.</exception>
    public static async ValueTask<TokenRegistry> OpenAsync(IIdentityStore store, TimeProvider time)
    {
        var registry = new TokenRegistry(store, time);
        await registry.RefreshAsync();
        return registry;
    }

    /// <summary>The record of a token; one that another process issued a moment ago is found too.</summary>
    /// <exception cref="StartException">It is not known, and the registry cannot be read.</exception>
    public async ValueTask<TokenRecord?> FindAsync(string id)
    {
        if (!known.ContainsKey(id))
        {
            await RefreshAsync();
        }

        return Known(id);
    }

    /// <summary>The record of a token as last read: no I/O, for each call of a known caller.</summary>
    public TokenRecord? Known(string id) => known.GetValueOrDefault(id);

    /// <summary>Tells whether keys or tokens have changed, for both to be read by.</summary>
    /// <exception cref="StartException">The store cannot be asked.</exception>
    public ValueTask<IdentityMark> LookAsync() => store.LookAsync();

    /// <summary>Reads what has changed.</summary>
    /// <exception cref="StartException">It cannot be read or is damaged; what was known stays.</exception>
    public async ValueTask RefreshAsync() => await RefreshAsync(await LookAsync());

    /// <summary>Reads what has changed, after a look.</summary>
    /// <exception cref="StartException">It cannot be read or is damaged; what was known stays.</exception>
    public async ValueTask RefreshAsync(IdentityMark mark)
    {
        await gate.WaitAsync();
        try
        {
            if (mark.Tokens != seen)
            {
                revokedLinks = await store.ReadRevokedLinksAsync();
                known = await store.ReadTokensAsync(known, seen);
                seen = mark.Tokens;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Records a new token before it is handed out.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public async ValueTask<TokenRecord> IssueAsync(Caller caller, TimeSpan? lifetime, string key)
    {
        var now = Now();
        var token = new TokenRecord(RandomNumberGenerator.GetHexString(16, lowercase: true), caller, now, now + lifetime, key);
        await store.AddTokenAsync(token);
        await RefreshAsync();
        return token;
    }

    /// <summary>Revokes a token for ever. False where it was revoked before; null where there is none of this id.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public async ValueTask<bool?> RevokeAsync(string id)
    {
        await RefreshAsync();
        if (Known(id) is not { } token)
        {
            return null;
        }

        var revoked = token.Revoked is null && await store.RevokeTokenAsync(id, Now());
        await RefreshAsync();
        return revoked;
    }

    /// <summary>Revokes all links of an order that were made up to now. Links are in no registry, so it is not known whether there are any.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public async ValueTask RevokeLinksAsync(long orderId)
    {
        await store.RevokeLinksAsync(orderId, Now());
        await RefreshAsync();
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(Time.GetUtcNow().ToUnixTimeSeconds());
}
