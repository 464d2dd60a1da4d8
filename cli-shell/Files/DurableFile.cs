using System.Security.Cryptography;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>Writing small files so that a crash leaves the old content or the new, never a part.</summary>
public static class DurableFile
{
    /// <summary>What only its owner reads and writes.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What others may read, as far as the umask lets them.</summary>
    public const UnixFileMode Shared = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const int RandomBytes = 8;

    /// <summary>
    /// Replaces the content: written beside it under a name that nobody can plant, on disk, then
    /// renamed over it. Never through a link: whoever put one there does not choose what is written.
    /// </summary>
    /// <exception cref="IOException">It cannot be written, or is a link.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}");
        RefuseLink(path);
        try
        {
            using (var file = new FileStream(beside, New(mode)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        OnDisk.SyncFolderOf(path);
    }

    /// <summary>Throws where the path is a link.</summary>
    public static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new IOException($"{path} -> {target}");
        }
    }

    // CreateNew is O_EXCL, which follows no link either; the mode counts from the first byte on.
    private static FileStreamOptions New(UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return options;
    }
}
