using System.ComponentModel;
using System.Diagnostics;

namespace OrderGrpc.CliShell.Commands;

/// <summary>The program that opens a file in whatever browser its user has chosen.</summary>
public sealed class Browser
{
    private readonly string program;

    private Browser(string program) => this.program = program;

    /// <summary>Null where there is none, or no screen to show it on.</summary>
    public static Browser? Find(CliDependencies dependencies)
    {
        var name = OperatingSystem.IsWindows() ? "explorer.exe" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        var hasScreen = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || (dependencies.Variable("DISPLAY") ?? dependencies.Variable("WAYLAND_DISPLAY")) is not null;
        return hasScreen && (dependencies.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } program
            ? new Browser(program)
            : null;
    }

    /// <summary>Opens a file; false where the program does not start.</summary>
    public bool TryOpen(string path)
    {
        try
        {
            // It writes what it likes, which is no output of this tool's.
            using var _ = Process.Start(new ProcessStartInfo(program, [path]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            return true;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
