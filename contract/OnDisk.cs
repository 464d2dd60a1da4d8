using System.Runtime.InteropServices;
using System.Text;

namespace OrderGrpc.Contract;

/// <summary>
/// Changes of a folder that a crash does not take back. The fsync of a file keeps what is in it; that
/// it has this name is kept by an fsync of its folder. Windows keeps names in a journal of its own.
/// </summary>
public static class OnDisk
{
    private const int ReadOnly = 0; // on every system
    private const int InvalidArgument = 22; // of file systems that cannot: there is nothing to wait for
    private const int NotSupported = 95;

    /// <summary>Gives a file that is on disk its name, in place of one that has it where that is wanted.</summary>
    /// <exception cref="IOException">It cannot be renamed, or whether its name is on disk is not known.</exception>
    public static void Rename(string from, string to, bool overwrite)
    {
        File.Move(from, to, overwrite);
        SyncFolderOf(to);
    }

    /// <summary>Removes a file for good.</summary>
    /// <exception cref="IOException">It cannot be removed, or whether it is gone from the disk is not known.</exception>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolderOf(path);
    }

    /// <summary>Returns when the names in the folder of a file or folder are on disk.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void SyncFolderOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders.
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
        {
            throw Failed(folder);
        }

        try
        {
            if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() is not (InvalidArgument or NotSupported))
            {
                throw Failed(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string folder) =>
        new($"The folder {folder} cannot be written to disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
