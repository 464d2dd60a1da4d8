namespace OrderGrpc.Bench;

/// <summary>One of those compared: the processes that serve it, and a round of work.</summary>
public sealed record Contender(string Name, IReadOnlyList<Subjects.ServerProcess> Processes, Func<TimeSpan, Task<Outcome>> RunAsync)
{
    public Contender(string name, Subjects.ServerProcess process, Func<TimeSpan, Task<Outcome>> runAsync)
        : this(name, [process], runAsync)
    {
    }
}

/// <summary>Runs contenders in turn, A B A B, so that what else the machine does falls on all alike.</summary>
public static class Rounds
{
    // What is compiled as it runs, ours and the generator, needs some time to get fast.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    // On top of a round's own time: a server that hangs must not hang the bench.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static async Task<Dictionary<string, Series>> InterleaveAsync(BenchOptions options, params IReadOnlyList<Contender> contenders)
    {
        var series = contenders.ToDictionary(c => c.Name, c => new Series(c.Name));
        foreach (var contender in contenders)
        {
            await contender.RunAsync(WarmUp).WaitAsync(WarmUp + Grace);
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                series[contender.Name].Samples.Add(await MeasureAsync(contender, options.Round));
            }
        }

        return series;
    }

    /// <summary>One round, with what it cost those who serve.</summary>
    public static async Task<Sample> MeasureAsync(Contender contender, TimeSpan time)
    {
        var processes = contender.Processes;
        foreach (var process in processes)
        {
            process.ResetPeakMemory();
        }

        await using var fsyncs = await Subjects.FsyncCounter.StartAsync(processes.SelectMany(p => p.Family));
        var before = processes.Sum(p => p.CpuSeconds);
        var loadBefore = Environment.CpuUsage.TotalTime;
        var outcome = await contender.RunAsync(time).WaitAsync(time + Grace);
        var cpu = processes.Sum(p => p.CpuSeconds) - before;
        var load = (Environment.CpuUsage.TotalTime - loadBefore).TotalSeconds;
        return new(outcome, cpu, processes.Sum(p => p.PeakMebibytes), await fsyncs.StopAsync(), load);
    }
}
