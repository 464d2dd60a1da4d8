using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OrderGrpc.CliShell;

/// <summary>The dependencies of a real process.</summary>
public static class SystemConsole
{
    // TCIFLUSH
    private static readonly int UnreadInput = OperatingSystem.IsLinux() ? 0 : 1;

    /// <summary>Opens the console of this process.</summary>
    public static CliDependencies Open()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var terminal = !Console.IsOutputRedirected;
        return new CliDependencies
        {
            Input = new StreamReader(StandardInput(), utf8),
            Output = new StreamWriter(StandardOutput(), utf8) { AutoFlush = true },
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            Environment = Environment.GetEnvironmentVariable,
            InputIsTerminal = !Console.IsInputRedirected,
            DiscardTyped = Console.IsInputRedirected || OperatingSystem.IsWindows() ? () => { } : () => _ = Discard(0, UnreadInput),
            OutputIsTerminal = terminal,
            Width = terminal ? TerminalWidth() : CliDependencies.UnlimitedWidth,
        };
    }

    // The console's own reader takes all that was typed into a buffer of its own, where it answers the
    // questions to come. The terminal itself gives one line at a time, and lets the rest be discarded.
    private static Stream StandardInput() => Console.IsInputRedirected || OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    // The console's own stream swallows a broken pipe, so "order watch --cursor | head" would go on
    // and move its cursor past events that nobody read. A plain stream reports it; but only for
    // what cannot seek, as a plain stream does not advance the shared offset of a file.
    private static Stream StandardOutput()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Console.OpenStandardOutput();
        }
    }

    [DllImport("libc", EntryPoint = "tcflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Discard(int terminal, int queue);

    private static int TerminalWidth()
    {
        const int Fallback = 80;
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : Fallback;
        }
        catch (IOException)
        {
            return Fallback;
        }
    }
}
