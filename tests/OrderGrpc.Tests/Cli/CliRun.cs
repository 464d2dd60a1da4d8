using System.Text;
using OrderGrpc.ClientCli;
using OrderGrpc.CliShell;
using OrderGrpc.SupplierCli;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>What one run of a tool left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Both tools, run in this process with a console and an environment of the test's.</summary>
public sealed class CliRun
{
    private readonly Dictionary<string, string> environment = [];

    public CliRun(string address, string configHome)
    {
        environment["ORDERGRPC_SERVER"] = address;
        environment["XDG_CONFIG_HOME"] = configHome;
        environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
    }

    /// <summary>Columns of the terminal that the runs to come write to; null for a pipe.</summary>
    public int? Terminal { get; set; }

    /// <summary>Where the supplier's tool calls, if that is another of several servers.</summary>
    public string? SupplierServer { get; init; }

    /// <summary>Sets an environment variable of the runs to come.</summary>
    public string this[string variable]
    {
        set => environment[variable] = value;
    }

    /// <summary>Writes a token as the tools want it: for its owner alone.</summary>
    public static void WriteToken(string path, string token)
    {
        File.WriteAllText(path, token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public Task<CliResult> ClientAsync(params string[] arguments) => RunAsync(Role.Client, arguments);

    public Task<CliResult> SupplierAsync(params string[] arguments) => RunAsync(Role.Supplier, arguments);

    /// <summary>Runs to the end with that on standard input.</summary>
    public async Task<CliResult> RunAsync(Role role, string[] arguments, string input = "", CancellationToken cancellation = default)
    {
        using var run = Start(role, arguments, new StringReader(input), cancellation);
        return await run.EndAsync();
    }

    /// <summary>Starts a run that goes on.</summary>
    public RunningCli Start(Role role, string[] arguments, TextReader input, CancellationToken cancellation = default)
    {
        var output = new Heard();
        var error = new Heard();
        var dependencies = new CliDependencies
        {
            Input = input,
            Output = output,
            Error = error,
            Environment = name => name == "ORDERGRPC_SERVER" && role == Role.Supplier && SupplierServer is { } other ? other : environment.GetValueOrDefault(name),
            OutputIsTerminal = Terminal is not null,
            Width = Terminal ?? CliDependencies.UnlimitedWidth,
        };
        return new RunningCli(
            stop => CliShell.Cli.RunAsync(arguments, role, dependencies, role == Role.Client ? ClientTool.BuildRootCommand : SupplierTool.BuildRootCommand, stop),
            output,
            error,
            cancellation);
    }
}

/// <summary>A run that goes on until it ends or is stopped, as by Ctrl-C.</summary>
public sealed class RunningCli : IDisposable
{
    private readonly CancellationTokenSource stop;
    private readonly Task<int> running;

    public RunningCli(Func<CancellationToken, Task<int>> start, Heard output, Heard error, CancellationToken cancellation)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        (Output, Error) = (output, error);
        running = Task.Run(() => start(stop.Token), CancellationToken.None);
    }

    public Heard Output { get; }

    public Heard Error { get; }

    /// <summary>Waits for its end.</summary>
    public async Task<CliResult> EndAsync() =>
        new(await running.WaitAsync(Deadlines.Patience), Output.ToString(), Error.ToString());

    /// <summary>Ends it as Ctrl-C does.</summary>
    public Task<CliResult> StopAsync()
    {
        stop.Cancel();
        return EndAsync();
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}

/// <summary>A console stream that a test can wait on.</summary>
public sealed class Heard : TextWriter
{
    private readonly StringBuilder text = new();
    private readonly List<(string Awaited, int From, TaskCompletionSource<int> Heard)> waiting = [];
    private int told;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (text)
        {
            text.Append(value);
            waiting.RemoveAll(w => IndexOf(w.Awaited, w.From) is >= 0 and var at && w.Heard.TrySetResult(at));
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <summary>Waits until that was written.</summary>
    public Task ContainsAsync(string awaited) => HeardAsync(awaited, 0);

    /// <summary>Waits until that was written behind what was last waited for so: for what is said more than once.</summary>
    public async Task ThenAsync(string awaited) => told = await HeardAsync(awaited, told) + awaited.Length;

    public override string ToString()
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private Task<int> HeardAsync(string awaited, int from)
    {
        lock (text)
        {
            var heard = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (IndexOf(awaited, from) is >= 0 and var at)
            {
                heard.SetResult(at);
            }
            else
            {
                waiting.Add((awaited, from, heard));
            }

            return heard.Task.WaitAsync(Deadlines.Patience);
        }
    }

    private int IndexOf(string awaited, int from) => text.ToString().IndexOf(awaited, from, StringComparison.Ordinal);
}

/// <summary>A console input that a test types into.</summary>
public sealed class Typed : TextReader
{
    private readonly System.Collections.Concurrent.BlockingCollection<string> lines = [];

    public void Type(string line) => lines.Add(line);

    public void End() => lines.CompleteAdding();

    public override string? ReadLine() => lines.TryTake(out var line, Timeout.Infinite) ? line : null;

    protected override void Dispose(bool disposing)
    {
        lines.CompleteAdding();
        base.Dispose(disposing);
    }
}
