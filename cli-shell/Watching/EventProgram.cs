using System.ComponentModel;
using System.Diagnostics;
using Google.Protobuf;

namespace OrderGrpc.CliShell;

/// <summary>A program that is run once per event, without a shell in between.</summary>
/// <param name="name">The program, found as the system finds programs.</param>
/// <param name="arguments">Its arguments, exactly.</param>
/// <param name="texts">For errors.</param>
public sealed class EventProgram(string name, IReadOnlyList<string> arguments, Texts texts)
{
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

    private Process Start()
    {
        var start = new ProcessStartInfo(name) { RedirectStandardInput = true, UseShellExecute = false };
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
            throw CliException.Usage(texts.Format(Text.ProgramNotStarted, name, failure.Message));
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
