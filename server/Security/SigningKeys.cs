using Microsoft.IdentityModel.Tokens;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The keys, random HS256 keys of 256 bits, as last read. The newest signs; all verify, so that a
/// rotation has an overlap. A running server sees what `server token rotate-key` and `retire-key` do.
/// </summary>
#pragma warning disable CA1001 // No wait handle is asked of its gate, so it needs no disposing.
public sealed class SigningKeys
#pragma warning restore CA1001
{
    /// <summary>How long a key is.</summary>
    public const int KeyBytes = 32;

    private readonly IIdentityStore store;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Lock lookGate = new();
    private long lookedAt; // by UTC
    private Task look = Task.CompletedTask;
    private string? seen;
    private volatile Snapshot now = new([], new Dictionary<string, SymmetricSecurityKey>());

    private SigningKeys(IIdentityStore store) => this.store = store;

    /// <summary>The ids of the keys, the oldest first.</summary>
    public IReadOnlyList<string> Ids => now.Ids;

    /// <summary>The key that signs.</summary>
    public SymmetricSecurityKey Newest => now.Keys[now.Ids[^1]];

    /// <summary>Reads the keys; the first one is made here.</summary>
    /// <exception cref="StartException">They cannot be read, or one is not a key.</exception>
    public static async ValueTask<SigningKeys> OpenAsync(IIdentityStore store)
    {
        var keys = new SigningKeys(store);
        await store.PrepareAsync();
        await keys.RefreshAsync();
        return keys;
    }

    /// <summary>Whether the key verifies still, as last read.</summary>
    public bool Has(string id) => now.Keys.ContainsKey(id);

    /// <summary>The key of this id as last read: no I/O; null where there is none.</summary>
    public SymmetricSecurityKey? Known(string? id) => id is null ? null : now.Keys.GetValueOrDefault(id);

    /// <summary>
    /// The key of this id; null where there is none. A key that appeared a moment ago is found too, but
    /// anybody can name one that there is not: one of them looks, no more than once a second, and the
    /// others have what came of that.
    /// </summary>
    /// <exception cref="StartException">It is not known, and the keys cannot be read.</exception>
    public async ValueTask<SymmetricSecurityKey?> FindAsync(string? id, TimeProvider time)
    {
        if (id is not null && !Has(id))
        {
            await LookAsync(time.GetUtcNow());
        }

        return Known(id);
    }

    /// <summary>Reads what has changed.</summary>
    /// <exception cref="StartException">A key cannot be read or is not one; those known stay as they were.</exception>
    public async ValueTask RefreshAsync() => await RefreshAsync(await store.LookAsync());

    /// <summary>Reads what has changed, after a look.</summary>
    /// <exception cref="StartException">A key cannot be read or is not one; those known stay as they were.</exception>
    public async ValueTask RefreshAsync(IdentityMark mark)
    {
        await gate.WaitAsync();
        try
        {
            if (mark.Keys != seen)
            {
                var keys = (await store.ReadKeysAsync(now.Keys)).ToDictionary(key => key.KeyId);
                now = new Snapshot([.. KeyId.InOrder(keys.Keys)], keys);
                seen = mark.Keys;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Adds a key, which signs from now on, and returns its id.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public async ValueTask<string> RotateAsync()
    {
        var id = await store.AddKeyAsync();
        await RefreshAsync();
        return id;
    }

    /// <summary>Ends a key for ever: the tokens that it signed are refused.</summary>
    /// <exception cref="StartException">There is no such key, or it is the one that signs.</exception>
    public async ValueTask RetireAsync(string id)
    {
        await RefreshAsync();
        if (!Has(id))
        {
            throw new StartException($"There is no such key. The keys are: {string.Join(", ", Ids)}");
        }

        // It holds for ever: what another process does meanwhile makes no key the newest again.
        if (id == Ids[^1])
        {
            throw new StartException($"{id} is the key that signs. Make the next one first: server token rotate-key");
        }

        await store.RemoveKeyAsync(id);
        await RefreshAsync();
    }

    private Task LookAsync(DateTimeOffset at)
    {
        lock (lookGate)
        {
            if (look.IsCompleted && at.UtcTicks - lookedAt >= TokenLimits.UnknownKeyLook.Ticks)
            {
                lookedAt = at.UtcTicks;
                look = RefreshAsync().AsTask();
            }

            return look;
        }
    }

    private sealed record Snapshot(IReadOnlyList<string> Ids, IReadOnlyDictionary<string, SymmetricSecurityKey> Keys);
}
