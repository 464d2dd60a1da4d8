using System.Diagnostics;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>
/// The process that starts, signals and at last ends everything of a cluster: a script beside this
/// file, which runs as a user whom PostgreSQL obeys and ends with this process, however that ends.
/// </summary>
public sealed class Keeper : IAsyncDisposable
{
    private const string User = "postgres"; // of Debian's package; PostgreSQL refuses to run as root
    private readonly Process process;
    private readonly SemaphoreSlim oneCommand = new(1);

    private Keeper(Process process, string folder) => (this.process, Folder) = (process, folder);

    /// <summary>Where the nodes' folders are.</summary>
    public string Folder { get; }

    public static async Task<Keeper> StartAsync()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "OrderGrpc.Tests", "HighAvailability", "keeper"));
        string[] run = ["bash", "-c", script];
        var process = Process.Start(new ProcessStartInfo("setpriv", Environment.IsPrivilegedProcess ? [$"--reuid={User}", $"--regid={User}", "--init-groups", .. run] : run)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new Keeper(process, await AnswerAsync(process));
    }

    /// <summary>Runs a program in a node's folder, with its output in the file log there.</summary>
    public Task RunAsync(string node, string program, params string[] arguments) => TellAsync(["start", node, program, .. arguments]);

    /// <summary>Signals what works in a folder, or of that only what has this in its title.</summary>
    public Task SignalAsync(string signal, string place, string title = "") => TellAsync("signal", signal, place, title);

    /// <summary>Leaves the folder at the end, for its logs.</summary>
    public Task KeepFolderAsync() => TellAsync("keep");

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await process.WaitForExitAsync(patience.Token);
        process.Dispose();
        oneCommand.Dispose();
    }

    private static async Task<string> AnswerAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Deadlines.Patience) ?? throw new InvalidOperationException("the cluster's keeper has ended");

    private async Task TellAsync(params string[] words)
    {
        await oneCommand.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(string.Join(' ', words));
            await process.StandardInput.FlushAsync();
            await AnswerAsync(process);
        }
        finally
        {
            oneCommand.Release();
        }
    }
}
