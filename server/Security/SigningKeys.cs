using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The keys of the data folder, one random HS256 key of 256 bits per file, named by its key id
/// such as 2-9f3a2c1d. The newest signs; all verify, so that a rotation has an overlap. A running
/// server sees what `server token rotate-key` and `retire-key` do.
/// </summary>
public sealed class SigningKeys
{
    private const int KeyBytes = 32;

    private readonly string data;
    private readonly string folder;
    private readonly Lock gate = new();
    private long lookedAt;
    private volatile Snapshot now = new([], new Dictionary<string, SymmetricSecurityKey>());

    private SigningKeys(string data)
    {
        this.data = data;
        folder = Path.Combine(data, "keys");
    }

    /// <summary>The ids of the keys, the oldest first.</summary>
    public IReadOnlyList<string> Ids => now.Ids;

    /// <summary>The key that signs.</summary>
    public SymmetricSecurityKey Newest => now.Keys[now.Ids[^1]];

    /// <summary>Opens the keys of a data folder; the first one is made here.</summary>
    /// <exception cref="StartException">The folder or a key is not private, not readable or not a key.</exception>
    public static SigningKeys Open(string data)
    {
        var keys = new SigningKeys(data);
        OwnerOnly.MakeFolder(keys.folder);
        keys.Refresh();
        if (keys.Ids.Count == 0)
        {
            using var _ = DataLock.Take(data);
            keys.Refresh(); // another process may have made it while this one waited
            if (keys.Ids.Count == 0)
            {
                keys.Add();
            }
        }

        return keys;
    }

    /// <summary>Whether the key verifies still, as last seen on disk.</summary>
    public bool Has(string id) => now.Keys.ContainsKey(id);

    /// <summary>
    /// The key of this id; null where there is none. A key that appeared a moment ago is found too, but
    /// anybody can name one that there is not: one of them looks, and no more than once a second.
    /// </summary>
    public SymmetricSecurityKey? Find(string? id, TimeProvider time)
    {
        if (id is null)
        {
            return null;
        }

        if (!Has(id) && MayLook(time.GetUtcNow()))
        {
            Refresh();
        }

        return now.Keys.GetValueOrDefault(id);
    }

    /// <summary>Reads what has changed in the folder. A file never changes, so its name is enough to know it.</summary>
    /// <exception cref="StartException">A key is not private, not readable or not a key; those known stay as they were.</exception>
    public void Refresh()
    {
        lock (gate)
        {
            var ids = ReadIds();
            if (!ids.SequenceEqual(now.Ids))
            {
                var known = now.Keys;
                now = new Snapshot(ids, ids.ToDictionary(id => id, id => known.TryGetValue(id, out var key) ? key : Read(id)));
            }
        }
    }

    /// <summary>Adds a key, which signs from now on, and returns its id.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public string Rotate()
    {
        using var _ = DataLock.Take(data);
        Refresh();
        Add();
        return Ids[^1];
    }

    /// <summary>Ends a key for ever: the tokens that it signed are refused.</summary>
    /// <exception cref="StartException">There is no such key, or it is the one that signs.</exception>
    public void Retire(string id)
    {
        using var _ = DataLock.Take(data);
        Refresh();
        if (!Has(id))
        {
            throw new StartException($"There is no such key. The keys are: {string.Join(", ", Ids)}");
        }

        if (id == Ids[^1])
        {
            throw new StartException($"{id} is the key that signs. Make the next one first: server token rotate-key");
        }

        try
        {
            OnDisk.Delete(Path.Combine(folder, id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key {id} cannot be removed: {e.Message}", e);
        }

        Refresh();
    }

    private bool MayLook(DateTimeOffset at)
    {
        var before = Interlocked.Read(ref lookedAt);
        return at.UtcTicks - before >= TokenLimits.UnknownKeyLook.Ticks
            && Interlocked.CompareExchange(ref lookedAt, at.UtcTicks, before) == before;
    }

    private void Add()
    {
        var number = Ids.Count == 0 ? 1 : NumberOf(Ids[^1])!.Value + 1;
        var id = string.Create(CultureInfo.InvariantCulture, $"{number}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            OwnerOnly.Write(Path.Combine(folder, id), Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"A key cannot be written in {folder}: {e.Message}", e);
        }

        Refresh();
    }

    // Drafts that a crash left behind begin with a dot and are not keys.
    private string[] ReadIds()
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
                .Where(name => NumberOf(name) is not null)
                .OrderBy(name => NumberOf(name)!.Value).ThenBy(name => name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The keys in {folder} cannot be read: {e.Message}", e);
        }
    }

    private SymmetricSecurityKey Read(string id)
    {
        var path = Path.Combine(folder, id);
        try
        {
            OwnerOnly.Check(path);
            var bytes = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return bytes.Length == KeyBytes ? new SymmetricSecurityKey(bytes) { KeyId = id } : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new StartException($"{path} is not a key of this server. Restore it from a backup, or remove it: its tokens are then refused.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key {path} cannot be read: {e.Message}", e);
        }
    }

    private static int? NumberOf(string name) =>
        name.IndexOf('-') is > 0 and var dash
        && int.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Snapshot(IReadOnlyList<string> Ids, IReadOnlyDictionary<string, SymmetricSecurityKey> Keys);
}
