using System.Runtime.InteropServices;
using OrderGrpc.Contract;

namespace OrderGrpc.Server.Files;

/// <summary>
/// Files and folders that only their owner can read or write. On Windows the access list of the
/// user's own folders says so already, and nothing is checked.
/// </summary>
public static class OwnerOnly
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Has every file that this process makes from now on be private: those of SQLite cannot be
    /// told one by one. Does nothing on Windows.
    /// </summary>
    public static void MakeAllFilesSo()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetUmask(0x3F); // 077: nothing for the group, nothing for others
        }
    }

    /// <summary>Makes the folder where it is missing; one that is there must be private already, unless it is empty.</summary>
    /// <exception cref="StartException">It cannot be made, or others can look into it.</exception>
    public static void MakeFolder(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                CreateFolder(path);
                OnDisk.SyncFolderOf(path);
            }
            else if (!Directory.EnumerateFileSystemEntries(path).Any())
            {
                CheckOwner(path);
                Close(path); // an empty folder, a mounted volume for example, gives nothing away yet
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder {path} cannot be made or read: {e.Message} Choose another, or give this user the right to write there.", e);
        }

        Check(path);
    }

    /// <summary>Refuses what belongs to somebody else than this user or root, and a link that somebody else made.</summary>
    /// <exception cref="StartException">Whoever owns it can change it; the message has the chown that mends it.</exception>
    public static void CheckOwner(string path)
    {
        if (FileOwner.Of(path) is not { } found)
        {
            return;
        }

        var target = found.IsLink && found.IsTrusted ? Target(path) : path;
        if (!found.IsTrusted || (target != path && FileOwner.Of(target) is { IsTrusted: false }))
        {
            throw SomebodyElses(target);
        }
    }

    /// <summary>As <see cref="CheckOwner(string)"/>, of a file that is open: it is that one, whatever has its name by now.</summary>
    /// <exception cref="StartException">Whoever owns it can change it; the message has the chown that mends it.</exception>
    public static void CheckOwner(FileStream file)
    {
        if (FileOwner.Of((int)file.SafeFileHandle.DangerousGetHandle()) is { IsTrusted: false })
        {
            throw SomebodyElses(file.Name);
        }
    }

    /// <summary>Makes the folder private, whether it is new or was open to others.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="StartException">It belongs to somebody else.</exception>
    public static void CloseFolder(string path)
    {
        if (Directory.Exists(path))
        {
            CheckOwner(path);
            Close(path);
        }
        else
        {
            CreateFolder(path);
        }
    }

    /// <summary>
    /// Refuses a file or folder that the group or others have any right to, or that is somebody else's;
    /// and a file that is a link, which would say where the secret is.
    /// </summary>
    /// <exception cref="StartException">The mode is too wide or the owner another; the message has what mends it.</exception>
    public static void Check(string path)
    {
        if (FileOwner.Of(path) is { IsLink: true } && !Directory.Exists(path))
        {
            throw new StartException($"{path} is a link, and must be a file of this user's own. Put the file itself in its place.");
        }

        CheckOwner(path);
        if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(path) & ~Folder) != 0)
        {
            var isFolder = Directory.Exists(path);
            throw new StartException($"Others than its owner have rights to {path}. Take them away: chmod {(isFolder ? "700" : "600")} '{path}'");
        }
    }

    /// <summary>Refuses any file of a folder that the group or others have a right to.</summary>
    /// <exception cref="StartException">A mode is too wide; the message has the chmod that mends it.</exception>
    public static void CheckFilesOf(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            try
            {
                Check(file);
            }
            catch (FileNotFoundException)
            {
                // A running server removes files of its own, those of SQLite for example.
            }
        }
    }

    /// <summary>Makes sure that a file can be made in the folder.</summary>
    /// <exception cref="IOException">None can.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static void CheckWritable(string folder)
    {
        var draft = Path.Combine(folder, "." + Path.GetRandomFileName());
        Open(draft, FileMode.CreateNew).Dispose();
        System.IO.File.Delete(draft);
    }

    /// <summary>Writes the whole file or nothing of it: a private file beside it, through fsync, renamed into place on disk. A link there is replaced, not followed.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string text)
    {
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "." + Path.GetRandomFileName());
        try
        {
            using (var stream = Open(draft, FileMode.CreateNew))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            OnDisk.Rename(draft, path, overwrite: true);
        }
        catch
        {
            System.IO.File.Delete(draft);
            throw;
        }
    }

    /// <summary>Opens for reading and writing; a new file is private from its first moment.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File;
        }

        return new FileStream(path, options);
    }

    private static StartException SomebodyElses(string path) =>
        new($"{path} belongs to another user than the one that runs this, who could change it. Run this as that user, or give it to this one: chown \"$(id -u)\" '{path}'");

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Folder);
        }
    }

    private static string Target(string path) =>
        (Directory.Exists(path) ? Directory.ResolveLinkTarget(path, returnFinalTarget: true) : System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true))?.FullName ?? path;

    private static void Close(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, Folder);
        }
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetUmask(uint mask);
}
