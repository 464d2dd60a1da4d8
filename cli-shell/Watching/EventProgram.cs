using System.ComponentModel;
using System.Diagnostics;
using Google.Protobuf;

namespace OrderGrpc.CliShell;

/// <summary>A program that is run once per event, without a shell in between.</summary>
public sealed class EventProgram
{
    private readonly string name;
    private readonly string path;
    private readonly IReadOnlyList<string> arguments;
    private readonly Texts texts;

    /// <summary>Finds the program, so that a wrong name is told at once and not at the first event.</summary>
    /// <param name="name">A path, or a name that is looked up in PATH alone: never in the working folder.</param>
    /// <param name="arguments">Its arguments, exactly.</param>
    /// <param name="dependencies">Where PATH is from.</param>
    /// <param name="texts">For errors.</param>
    public EventProgram(string name, IReadOnlyList<string> arguments, CliDependencies dependencies, Texts texts)
    {
        this.name = name;
        this.arguments = arguments;
        this.texts = texts;
        path = Candidates(name, dependencies).FirstOrDefault(File.Exists)
            ?? throw CliException.Usage(texts.Format(Text.ProgramNotFound, name));
    }

    /// <summary>
    /// Runs it with the event as one line of JSON on its input and waits for its end; its output is
    /// this process's own. Throws where it cannot be started, or ends with another code than 0.
    /// Cancelled, it is left to end by itself: Ctrl-C has reached it as well.
    /// </summary>
    public async Task RunAsync(IMessage happened, long position, CancellationToken cancellation)
    {
        using var process = Start();
        await WriteInputAsync(process, JsonText.Of(happened));
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw CliException.Refused(texts.Format(Text.ProgramFailed, name, process.ExitCode, position));
        }
    }

    private static IEnumerable<string> Candidates(string name, CliDependencies dependencies)
    {
        if (name.Contains('/') || name.Contains(Path.DirectorySeparatorChar))
        {
            return [Path.GetFullPath(name)];
        }

        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe"] : [""];
        return from folder in (dependencies.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
               from ending in endings
               select Path.Combine(folder, name + ending);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(path) { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or InvalidOperationException)
        {
            throw CliException.Usage(texts.Format(Text.ProgramNotStarted, name, texts.CauseOf(failure)));
        }
    }

    private static async Task WriteInputAsync(Process process, string json)
    {
        try
        {
            // Bytes, not the writer of the process: that one writes in the machine's own encoding.
            await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json + "\n"));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program may end without reading what it does not need.
        }
    }
}
