using System.Runtime.InteropServices;
using System.Text;

namespace OrderGrpc.Contract;

/// <summary>
/// What Linux says of a file or folder: whose it is, and whether it is a link. .NET tells modes and
/// no owners; on other systems nothing is known, and modes alone count.
/// </summary>
public readonly record struct FileOwner(uint User, bool IsLink, UnixFileMode Mode, bool IsFile)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NotFollowed = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int OfDescriptor = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStats = 0x7ff;
    private const int Size = 256;
    private const int UserAt = 20, ModeAt = 28; // in struct statx, which is the same on every architecture
    private const int TypeMask = 0xF000, LinkType = 0xA000, FileType = 0x8000, Rights = 0xFFF;

    /// <summary>Whether the file is this process's user's, or root's, who may do everything anyway.</summary>
    public bool IsTrusted => User == 0 || User == EffectiveUser();

    /// <summary>Of a path itself, not of where a link leads; null where there is none, or where the system does not tell.</summary>
    public static FileOwner? Of(string path) => Ask(CurrentFolder, path, NotFollowed);

    /// <summary>Of what a path leads to; null as above.</summary>
    public static FileOwner? OfTarget(string path) => Ask(CurrentFolder, path, 0);

    /// <summary>Of a file that is open; null where the system does not tell.</summary>
    public static FileOwner? Of(int descriptor) => Ask(descriptor, "", OfDescriptor);

    private static FileOwner? Ask(int folder, string path, int flags)
    {
        var answer = new byte[Size];
        try
        {
            if (!OperatingSystem.IsLinux() || Stat(folder, Encoding.UTF8.GetBytes(path + '\0'), flags, BasicStats, answer) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null; // an older C library
        }

        var user = MemoryMarshal.Read<uint>(answer.AsSpan(UserAt));
        var mode = MemoryMarshal.Read<ushort>(answer.AsSpan(ModeAt));
        return new FileOwner(user, (mode & TypeMask) == LinkType, (UnixFileMode)(mode & Rights), (mode & TypeMask) == FileType);
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, byte[] path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
