using System.Diagnostics;

namespace OrderGrpc.Tests.Faults;

/// <summary>A disk of a few megabytes that can be filled up. Needs the right to mount one.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    public static SmallDisk Mount(string folder)
    {
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", folder) == 0,
            "needs the right to mount a small disk (root on Linux)");
        return new SmallDisk(folder);
    }

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose() => Run("umount", "-l", folder);

    private string Ballast => Path.Combine(folder, "ballast");

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
