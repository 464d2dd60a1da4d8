using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OrderGrpc.CliShell;

/// <summary>What the runtime has no call for: whose a file is, and a folder's entries on disk.</summary>
internal static class UnixOwner
{
    private const int WorkingFolder = -100; // AT_FDCWD
    private const int OfDescriptor = 0x1000; // AT_EMPTY_PATH
    private const uint OwnerAlone = 0x8; // STATX_UID
    private const int ReadOnlyNotInherited = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ResultSize = 256; // struct statx, the same on every processor
    private const int OwnerAt = 20;

    /// <summary>Whether it belongs to who runs this, or to root; true also where the system cannot say.</summary>
    public static bool IsTrusted(string path) => IsTrusted(WorkingFolder, path, 0);

    /// <summary>The same of an open file.</summary>
    public static bool IsTrusted(SafeFileHandle file) => IsTrusted((int)file.DangerousGetHandle(), "", OfDescriptor);

    /// <summary>Puts the names in a folder on disk, so that what was renamed there keeps its name.</summary>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = new SafeFileHandle(Open(Name(folder), ReadOnlyNotInherited), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        RandomAccess.FlushToDisk(handle);
    }

    private static bool IsTrusted(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var result = new byte[ResultSize];
        return Statx(folder, Name(path), flags, OwnerAlone, result) != 0
            || BitConverter.ToUInt32(result, OwnerAt) is var owner && (owner == 0 || owner == EffectiveUser());
    }

    private static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] result);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
