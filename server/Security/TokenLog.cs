using OrderGrpc.Contract;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// tokens.jsonl of a data folder: a line for each token that was issued or revoked, only ever
/// appended to, under the data folder's lock and through fsync. A line that a crash cut off was never
/// acknowledged: it is passed over, and cut away by the next append.
/// </summary>
internal sealed class TokenLog(string path)
{
    /// <summary>Another text once the file has changed.</summary>
    public string Mark
    {
        get
        {
            var stamp = FileStamp.Of(path);
            return FormattableString.Invariant($"{stamp.Written.Ticks} {stamp.Length} {stamp.Target}");
        }
    }

    /// <summary>All that the lines say.</summary>
    /// <exception cref="StartException">The file is not private, not readable or damaged.</exception>
    public TokenBook Read()
    {
        if (!File.Exists(path))
        {
            return new TokenBook([], []);
        }

        try
        {
            OwnerOnly.Check(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return Parse(bytes.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Returns when the line is on disk.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public void Append(TokenLine line)
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

    private TokenBook Parse(byte[] bytes)
    {
        var book = new TokenBook([], []);
        var number = 0;
        for (int start = 0, end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            number++;
            // A revocation that cannot be read must not bring its token back to life: no line is passed over.
            if (!TokenLine.Apply(bytes.AsSpan(start, end - start), book))
            {
                throw new StartException($"{path} is damaged in line {number}. Restore it from a backup, or move it away and issue new tokens.");
            }
        }

        return book;
    }
}
