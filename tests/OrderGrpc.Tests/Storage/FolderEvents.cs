using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OrderGrpc.Tests.Storage;

/// <summary>What happens to the names of a folder, and when it is opened itself, as it is to be synced: inotify of Linux.</summary>
public sealed class FolderEvents : IDisposable
{
    private const int NotBlocking = 0x800;
    private const uint MovedTo = 0x80, Deleted = 0x200, Opened = 0x20, OfFolder = 0x40000000;
    private const int HeadBytes = 16; // the watch, what happened, a cookie, and the length of the name that follows

    private readonly SafeFileHandle events;

    public FolderEvents(string folder)
    {
        events = new SafeFileHandle(Init(NotBlocking), ownsHandle: true);
        Assert.True(Watch((int)events.DangerousGetHandle(), System.Text.Encoding.UTF8.GetBytes(folder + '\0'), MovedTo | Deleted | Opened) >= 0);
    }

    /// <summary>What has happened so far.</summary>
    public List<string> Read()
    {
        var (bytes, happened) = (new byte[4096], new List<string>());
        var length = Read((int)events.DangerousGetHandle(), bytes, bytes.Length);
        for (var at = 0; at < length;)
        {
            var what = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
            if ((what & Opened) == 0 || (what & OfFolder) != 0)
            {
                happened.Add((what & MovedTo) != 0 ? "moved" : (what & Deleted) != 0 ? "deleted" : "opened");
            }

            at += HeadBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 12));
        }

        return happened;
    }

    public void Dispose() => events.Dispose();

    [DllImport("libc", EntryPoint = "inotify_init1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init(int flags);

    [DllImport("libc", EntryPoint = "inotify_add_watch")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Watch(int events, byte[] folder, uint what);

    [DllImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(int events, [Out] byte[] bytes, nint count);
}
