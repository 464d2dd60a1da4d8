using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Keys and tokens in the files of a data folder: keys/, a file for each key, named by its id, and
/// tokens.jsonl (<see cref="TokenLog"/>). They change under a lock, and readers do without it.
/// </summary>
public sealed class IdentityFolder(string data) : IIdentityStore
{
    /// <summary>The name of the folder of keys in a data folder.</summary>
    public const string Keys = "keys";

    private readonly string folder = Path.Combine(data, Keys);
    private readonly TokenLog tokens = new(Path.Combine(data, "tokens.jsonl"));

    /// <summary>Without an end: who can keep this user from reading its own files is the operator.</summary>
    public TimeSpan? Trust => null;

    /// <inheritdoc/>
    /// <remarks>A key's file never changes, so the names are enough. What is written after the look is seen the next time.</remarks>
    public ValueTask<IdentityMark> LookAsync()
    {
        string names;
        try
        {
            names = string.Join('/', ReadIds());
        }
        catch (StartException)
        {
            names = "not readable"; // the reading of the keys says so, and tokens can be read without
        }

        return new(new IdentityMark(names, tokens.Mark));
    }

    /// <inheritdoc/>
    public ValueTask PrepareAsync()
    {
        OwnerOnly.MakeFolder(folder);
        if (ReadIds().Length == 0)
        {
            using var _ = DataLock.Take(data);
            if (ReadIds().Length == 0) // another process may have made it while this one waited
            {
                Add();
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SymmetricSecurityKey>> ReadKeysAsync(IReadOnlyDictionary<string, SymmetricSecurityKey> known) =>
        new([.. ReadIds().Select(id => known.GetValueOrDefault(id) ?? Read(id))]);

    /// <inheritdoc/>
    public ValueTask<string> AddKeyAsync()
    {
        using var _ = DataLock.Take(data);
        return new(Add());
    }

    /// <inheritdoc/>
    public ValueTask TakeKeyAsync(SymmetricSecurityKey key)
    {
        using var _ = DataLock.Take(data);
        Write(key.KeyId, key.Key);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask RemoveKeyAsync(string id)
    {
        using var _ = DataLock.Take(data);
        try
        {
            OnDisk.Delete(Path.Combine(folder, id));
            return default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key {id} cannot be removed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> EncryptKeysAsync() =>
        throw new StartException("The keys of a data folder are files that only their owner can read. Those in a database are encrypted: name it with --store.");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, TokenRecord>> ReadTokensAsync(IReadOnlyDictionary<string, TokenRecord> known, string? seen) => new(tokens.Read().Tokens);

    /// <inheritdoc/>
    public ValueTask AddTokenAsync(TokenRecord token)
    {
        using var _ = DataLock.Take(data);
        tokens.Append(TokenLine.Of(token));
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RevokeTokenAsync(string id, DateTimeOffset at)
    {
        using var _ = DataLock.Take(data);
        if (tokens.Read().Tokens.GetValueOrDefault(id) is not { Revoked: null })
        {
            return new(false); // another process has, a moment ago
        }

        tokens.Append(new TokenLine(Revoked: id, Time: at));
        return new(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, DateTimeOffset>> ReadRevokedLinksAsync() => new(tokens.Read().RevokedLinks);

    /// <inheritdoc/>
    public ValueTask RevokeLinksAsync(long orderId, DateTimeOffset at)
    {
        using var _ = DataLock.Take(data);
        tokens.Append(new TokenLine(Links: orderId, Time: at));
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    private string Add()
    {
        var id = KeyId.After(ReadIds());
        Write(id, RandomNumberGenerator.GetBytes(SigningKeys.KeyBytes));
        return id;
    }

    private void Write(string id, byte[] key)
    {
        try
        {
            OwnerOnly.Write(Path.Combine(folder, id), Convert.ToBase64String(key) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"A key cannot be written in {folder}: {e.Message}", e);
        }
    }

    // Drafts that a crash left behind begin with a dot and are not keys.
    private string[] ReadIds()
    {
        try
        {
            return [.. KeyId.InOrder(Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)))];
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
            return bytes.Length == SigningKeys.KeyBytes ? new SymmetricSecurityKey(bytes) { KeyId = id } : throw new FormatException();
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
}
