using System.Runtime.InteropServices;
using System.Text;

namespace OrderGrpc.Tests.Security;

/// <summary>Files and threads of another user than the tests' own, which only root can make.</summary>
public static class Owners
{
    private const uint Nobody = 65534;

    /// <summary>Gives a file or a link itself to another user; the test is skipped where that cannot be done.</summary>
    public static void Give(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && ChangeOwner(Encoding.UTF8.GetBytes(path + "\0"), Nobody, Nobody) == 0, "only root can give files away");
    }

    /// <summary>Runs something on a thread that opens files as another user, with no right to what is ours.</summary>
    public static T AsNobody<T>(Func<T> run)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && EffectiveUser() == 0, "only root can be another user");
        var result = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            _ = FileUser(Nobody); // of this thread alone, which ends
            try
            {
                result.SetResult(run());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        thread.Start();
        thread.Join();
        return result.Task.GetAwaiter().GetResult();
    }

    [DllImport("libc", EntryPoint = "lchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileUser(uint user);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
