using System.Security.Cryptography;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens that were issued and revoked: tokens.jsonl of the data folder, a line for each, only
/// ever appended to, under a lock and through fsync. Several processes may use it; each sees the
/// others' lines by <see cref="Refresh"/>. A line that a crash cut off was never acknowledged: it
/// is passed over, and cut away by the next append.
/// </summary>
public sealed class TokenRegistry
{
    private readonly string data;
    private readonly string path;
    private readonly Lock gate = new();
    private FileStamp seen;
    private volatile Dictionary<string, TokenRecord> known = [];

    private TokenRegistry(string data, TimeProvider time)
    {
        this.data = data;
        path = Path.Combine(data, "tokens.jsonl");
        Time = time;
    }

    /// <summary>The clock by which tokens are issued, expire and are revoked.</summary>
    public TimeProvider Time { get; }

    /// <summary>All tokens by their id, as last read; another object once anything has changed.</summary>
    public IReadOnlyDictionary<string, TokenRecord> All => known;

    /// <summary>All tokens in the order of their issue, as last read.</summary>
    public IReadOnlyList<TokenRecord> Tokens => [.. known.Values.OrderBy(token => token.Issued)];

    /// <summary>Reads the registry of a data folder, which must be there.</summary>
    /// <exception cref="StartException">It is not private, not readable or damaged.</exception>
    public static TokenRegistry Open(string data, TimeProvider time)
    {
        var registry = new TokenRegistry(data, time);
        if (File.Exists(registry.path))
        {
            OwnerOnly.Check(registry.path);
        }

        registry.Refresh();
        return registry;
    }

    /// <summary>The record of a token; one that another process issued a moment ago is found too.</summary>
    public TokenRecord? Find(string id)
    {
        if (!known.ContainsKey(id))
        {
            Refresh();
        }

        return Known(id);
    }

    /// <summary>The record of a token as last read: no I/O, for each call of a known caller.</summary>
    public TokenRecord? Known(string id) => known.GetValueOrDefault(id);

    /// <summary>Reads the file again where its length or time of writing has changed.</summary>
    /// <exception cref="StartException">It cannot be read or is damaged; what was known stays.</exception>
    public void Refresh()
    {
        lock (gate)
        {
            // Looked at before reading: what is written in between is seen the next time.
            var stamp = FileStamp.Of(path);
            if (stamp != seen)
            {
                known = Parse(Read());
                seen = stamp;
            }
        }
    }

    /// <summary>Records a new token before it is handed out.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public TokenRecord Issue(Caller caller, TimeSpan? lifetime, string key)
    {
        var now = Now();
        var token = new TokenRecord(RandomNumberGenerator.GetHexString(16, lowercase: true), caller, now, now + lifetime, key);
        using (DataLock.Take(data))
        {
            Append(TokenLine.Of(token));
        }

        Refresh();
        return token;
    }

    /// <summary>Revokes a token for ever. False where it was revoked before; null where there is none of this id.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public bool? Revoke(string id)
    {
        using (DataLock.Take(data))
        {
            Refresh(); // another process may have revoked it a moment ago
            if (Known(id) is not { } token)
            {
                return null;
            }

            if (token.Revoked is not null)
            {
                return false;
            }

            Append(new TokenLine(Revoked: id, Time: Now()));
        }

        Refresh();
        return true;
    }

    private void Append(TokenLine line)
    {
        try
        {
            var isNew = !File.Exists(path);
            using var file = OwnerOnly.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            file.SetLength(Array.LastIndexOf(bytes, (byte)'\n') + 1);
            file.Seek(0, SeekOrigin.End);
            file.Write(line.ToBytes());
            file.Flush(flushToDisk: true);
            if (isNew)
            {
                OnDisk.SyncFolderOf(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be written: {e.Message}", e);
        }
    }

    private byte[] Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private Dictionary<string, TokenRecord> Parse(byte[] bytes)
    {
        var tokens = new Dictionary<string, TokenRecord>();
        var number = 0;
        for (int start = 0, end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            number++;
            // A revocation that cannot be read must not bring its token back to life: no line is passed over.
            if (!TokenLine.Apply(bytes.AsSpan(start, end - start), tokens))
            {
                throw new StartException($"{path} is damaged in line {number}. Restore it from a backup, or move it away and issue new tokens.");
            }
        }

        return tokens;
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(Time.GetUtcNow().ToUnixTimeSeconds());
}
