using System.Diagnostics;
using System.Globalization;

namespace OrderGrpc.Bench.Subjects;

/// <summary>
/// Counts the fsync and fdatasync calls of processes with <c>perf stat</c>, which costs them
/// next to nothing; strace would slow them down. No count where perf is missing or may not.
/// </summary>
public sealed class FsyncCounter : IAsyncDisposable
{
    private const int SignalInterrupt = 2;

    // perf says nothing when it has attached; it takes some 50 ms.
    private static readonly TimeSpan AttachTime = TimeSpan.FromMilliseconds(200);

    private readonly Process? _perf;

    private FsyncCounter(Process? perf) => _perf = perf;

    public static async Task<FsyncCounter> StartAsync(IEnumerable<int> processes)
    {
        if (Executable.Find("perf") is not { } perf)
        {
            return new(null);
        }

        var start = new ProcessStartInfo(perf, ["stat", "-x", ",", "-e", "syscalls:sys_enter_fsync,syscalls:sys_enter_fdatasync",
            "-p", string.Join(',', processes.Select(p => p.ToString(CultureInfo.InvariantCulture)))])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var counter = new FsyncCounter(Process.Start(start));
        await Task.Delay(AttachTime);
        return counter;
    }

    /// <summary>The calls since the start; null where they cannot be counted.</summary>
    public async Task<long?> StopAsync()
    {
        if (_perf is null || _perf.HasExited)
        {
            return null;
        }

        _ = ServerProcess.SendSignal(_perf.Id, SignalInterrupt);
        var output = await _perf.StandardError.ReadToEndAsync();
        await _perf.WaitForExitAsync();
        var counts = output.Split('\n')
            .Where(line => line.Contains("sync", StringComparison.Ordinal))
            .Select(line => long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out var count) ? count : (long?)null)
            .ToArray();
        return counts.Length > 0 && counts.All(c => c is not null) ? counts.Sum() : null;
    }

    public ValueTask DisposeAsync()
    {
        if (_perf is { HasExited: false })
        {
            _perf.Kill();
        }

        _perf?.Dispose();
        return ValueTask.CompletedTask;
    }
}
