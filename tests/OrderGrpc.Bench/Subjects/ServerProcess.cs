using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace OrderGrpc.Bench.Subjects;

/// <summary>A server as a child process: started, measured by what /proc says of it, and always ended.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private const int SignalInterrupt = 2;
    private const int KeptOutputLines = 40;

    // USER_HZ, the unit of /proc/<pid>/stat, is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan TerminationTime = TimeSpan.FromSeconds(15);
    private static readonly ConcurrentDictionary<int, Process> Running = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private static volatile bool s_ending;

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
    }

    /// <summary>The bench itself, for what is measured without a server.</summary>
    public static ServerProcess This { get; } = new(Process.GetCurrentProcess());

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Its last lines of output, for the message when it does not start.</summary>
    public string LastOutput => string.Join('\n', _output);

    /// <summary>It and those that it has started: PostgreSQL has a process for each connection.</summary>
    public IEnumerable<int> Family => FamilyOf(Id);

    /// <summary>Processor time so far, of it and of those that it has started, in user and system mode.</summary>
    public double CpuSeconds => Family.Sum(CpuSecondsOf);

    /// <summary>Its own memory; of PostgreSQL's processes only the first one's, since they share most of theirs.</summary>
    public double Mebibytes => Status("VmRSS:");

    public double PeakMebibytes => Status("VmHWM:");

    public static ServerProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? folder = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Environment.CurrentDirectory,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        if (s_ending)
        {
            throw new InvalidOperationException("the run is being broken off");
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        Running[process.Id] = process;
        var server = new ServerProcess(process);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Kills all that run, and lets no more start.</summary>
    public static void KillAll()
    {
        s_ending = true;
        foreach (var process in Running.Values)
        {
            Kill(process);
        }
    }

    /// <summary>Makes the peak start anew; where the kernel refuses, it stays that of the whole life.</summary>
    public void ResetPeakMemory()
    {
        const string ResetPeak = "5";
        try
        {
            File.WriteAllText($"/proc/{Id}/clear_refs", ResetPeak);
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Asks it to end as Ctrl-C does: PostgreSQL then ends its sessions, which it would wait for otherwise.</summary>
    public void Interrupt() => _ = SendSignal(Id, SignalInterrupt);

    /// <summary>Asks it to end, as an operator would, and waits; kills it where it does not.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, SignalTerminate);
            using var timeout = new CancellationTokenSource(TerminationTime);
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                Kill(_process);
            }
        }

        Running.TryRemove(Id, out _);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static IEnumerable<int> FamilyOf(int process)
    {
        var children = $"/proc/{process}/task/{process}/children";
        var ids = File.Exists(children) ? File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return ids.SelectMany(id => FamilyOf(int.Parse(id, CultureInfo.InvariantCulture))).Prepend(process);
    }

    private static double CpuSecondsOf(int process)
    {
        try
        {
            // The name in the second field may hold spaces; fields are counted after its parenthesis.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (Parse(fields[11]) + Parse(fields[12])) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0; // one that was started has ended meanwhile
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private double Status(string field)
    {
        const double KibibytesPerMebibyte = 1024;
        var line = File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) / KibibytesPerMebibyte;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        while (_output.Count > KeptOutputLines)
        {
            _output.TryDequeue(out _);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int SendSignal(int process, int signal);
}
