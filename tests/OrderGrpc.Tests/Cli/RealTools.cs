using System.Diagnostics;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Cli;

/// <summary>The real binaries, in a shell or at a terminal of their own.</summary>
public sealed class RealTools : IDisposable
{
    private readonly Process process;
    private readonly Heard shown = new();

    private RealTools(string file, IEnumerable<string> arguments, string server, string configHome)
    {
        process = new Process { StartInfo = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false } };
        process.StartInfo.Environment["ORDERGRPC_SERVER"] = server;
        process.StartInfo.Environment["XDG_CONFIG_HOME"] = configHome;
        process.StartInfo.Environment["LC_ALL"] = "C.UTF-8";

        // Which shell script takes is not left to whoever runs the tests. It stays the tool's parent, and ends
        // with 130 itself at Ctrl-C, unless the command line says exec.
        process.StartInfo.Environment["SHELL"] = "/bin/sh";
        process.StartInfo.Environment["PATH"] = string.Join(Path.PathSeparator, FolderOf("client-cli"), FolderOf("supplier-cli"), Environment.GetEnvironmentVariable("PATH"));
        process.Start();
        Ended = ReadAsync();
    }

    /// <summary>What the terminal shows, what is typed included.</summary>
    public Heard Shown => shown;

    private Task Ended { get; }

    /// <summary>A terminal (a pty, by script of util-linux) that runs a command line of sh.</summary>
    public static RealTools AtTerminal(string command, string server, string configHome) =>
        new("script", ["-q", "-e", "-c", command, "/dev/null"], server, configHome);

    /// <summary>A shell without a terminal.</summary>
    public static RealTools InShell(string command, string server, string configHome) =>
        new("sh", ["-c", command], server, configHome);

    /// <summary>Types at the terminal, as it is: a line needs its "\n", Ctrl-C is "\u0003" and Ctrl-D "\u0004".</summary>
    public void Type(string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Shown)> EndAsync()
    {
        await Ended.WaitAsync(Deadlines.Patience);
        await process.WaitForExitAsync().WaitAsync(Deadlines.Patience);
        return (process.ExitCode, shown.ToString());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        shown.Dispose();
    }

    // Where the tool was built, with all that it needs beside it: the tests' own folder leaves out what ASP.NET brings.
    private static string FolderOf(string tool)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, tool, "bin", built.Parent!.Name, built.Name);
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            shown.Write(buffer, 0, count);
        }
    }
}
