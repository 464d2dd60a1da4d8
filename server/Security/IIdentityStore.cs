using Microsoft.IdentityModel.Tokens;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Where keys and tokens are kept: the files of a data folder, or a database that several servers
/// share. What is known of it is in memory (<see cref="SigningKeys"/>, <see cref="TokenRegistry"/>),
/// so no call waits for it that comes with a token seen before. Each method fails as a
/// <see cref="StartException"/> that says what is wrong and what to do.
/// </summary>
public interface IIdentityStore : IAsyncDisposable
{
    /// <summary>How long what was read holds while it cannot be read again; null for as long as the server runs.</summary>
    TimeSpan? Trust { get; }

    /// <summary>Tells whether keys or tokens have changed. Cheap: every server asks it every second.</summary>
    ValueTask<IdentityMark> LookAsync();

    /// <summary>Makes what is missing: the place, and the first key. Of many that come first at once, one makes it.</summary>
    ValueTask PrepareAsync();

    /// <summary>All keys in any order. A key never changes: one that is known need not be read.</summary>
    ValueTask<IReadOnlyList<SymmetricSecurityKey>> ReadKeysAsync(IReadOnlyDictionary<string, SymmetricSecurityKey> known);

    /// <summary>Adds a random key with the next number, which signs from now on, and returns its id.</summary>
    ValueTask<string> AddKeyAsync();

    /// <summary>Takes over a key of another store, with its id; it is durable when this returns.</summary>
    ValueTask TakeKeyAsync(SymmetricSecurityKey key);

    /// <summary>Removes a key for ever; one that is gone already stays so.</summary>
    ValueTask RemoveKeyAsync(string id);

    /// <summary>Encrypts the keys that are not yet under the newest secret, and tells how many those were.</summary>
    ValueTask<int> EncryptKeysAsync();

    /// <summary>All tokens by their id: those known as the mark was seen, with what has changed since.</summary>
    ValueTask<IReadOnlyDictionary<string, TokenRecord>> ReadTokensAsync(IReadOnlyDictionary<string, TokenRecord> known, string? seen);

    /// <summary>Records a new token; it is durable when this returns.</summary>
    ValueTask AddTokenAsync(TokenRecord token);

    /// <summary>Records that a token was revoked, durably; false where it was revoked before.</summary>
    ValueTask<bool> RevokeTokenAsync(string id, DateTimeOffset at);

    /// <summary>The orders whose links were revoked, with the last time: a link that was made up to then is refused. They change with the tokens.</summary>
    ValueTask<IReadOnlyDictionary<long, DateTimeOffset>> ReadRevokedLinksAsync();

    /// <summary>Records that the links of an order were revoked, durably.</summary>
    ValueTask RevokeLinksAsync(long orderId, DateTimeOffset at);
}

/// <summary>How keys and tokens stand: each part is another text once anything of it has changed.</summary>
public readonly record struct IdentityMark(string Keys, string Tokens);
