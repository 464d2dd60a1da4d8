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
        var (terminal, errorTerminal) = (!Console.IsOutputRedirected, !Console.IsErrorRedirected);
        return new CliDependencies
        {
            Input = new StreamReader(StandardInput(), utf8),
            Output = new StreamWriter(StandardOutput(), utf8) { AutoFlush = true },
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            Environment = Environment.GetEnvironmentVariable,
            InputIsTerminal = !Console.IsInputRedirected,
            DiscardTyped = Console.IsInputRedirected || OperatingSystem.IsWindows() ? () => { } : () => _ = Discard(0, UnreadInput),
            OutputIsTerminal = terminal,
            ErrorIsTerminal = errorTerminal,
            Keys = !Console.IsInputRedirected && errorTerminal ? new ConsoleKeys() : null,
            Width = terminal || errorTerminal ? TerminalWidth() : CliDependencies.UnlimitedWidth,
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

        // Asked of the system where that is simple: the console would first write to the terminal.
        if (OperatingSystem.IsLinux())
        {
            var stream = Console.IsOutputRedirected ? 2 : 1;
            return WindowSizeOf(stream, TellWindowSize, out var size) == 0 && size.Columns > 0 ? size.Columns : Fallback;
        }

        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : Fallback;
        }
        catch (IOException)
        {
            return Fallback;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    // TIOCGWINSZ of Linux.
    private const nuint TellWindowSize = 0x5413;

    [DllImport("libc", EntryPoint = "ioctl")]
    private static extern int WindowSizeOf(int stream, nuint request, out WindowSize size);
}
