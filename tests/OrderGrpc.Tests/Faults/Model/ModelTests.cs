using System.Diagnostics;
using CsCheck;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>
/// The whole server against a model of the process: random histories of commands, reads, watches and
/// restarts. ORDERGRPC_MODEL_SEQUENTIAL and ORDERGRPC_MODEL_PARALLEL say how many; CsCheck_Seed, which
/// a failure prints, repeats one.
/// </summary>
public sealed class ModelTests
{
    private const int AtOnce = 8;

    [Fact]
    public Task A_history_of_one_caller_goes_as_the_model_says() => RunAsync(Plan.Sequential, FaultPlan.Number("ORDERGRPC_MODEL_SEQUENTIAL") ?? 150);

    [Fact]
    public Task A_history_of_callers_at_once_goes_as_the_model_says_in_the_order_of_the_log() => RunAsync(Plan.Parallel, FaultPlan.Number("ORDERGRPC_MODEL_PARALLEL") ?? 100);

    private static async Task RunAsync(Gen<Plan> plans, int count)
    {
        await using var server = new ModelServer(count);
        await server.StartAsync();
        var number = 0;
        var clock = Stopwatch.StartNew();
        await plans.SampleAsync(
            async plan =>
            {
                var lane = server.Take();
                using var history = new History(server, lane, FormattableString.Invariant($"history-{Interlocked.Increment(ref number)}"));
                server.GiveBack(await history.RunAsync(plan));
            },
            iter: count,
            threads: AtOnce,
            print: plan => plan.ToString());
        FaultPlan.Print($"{server.Figures}, in {clock.Elapsed.TotalSeconds:F0} s");
        await server.VerifyAsync();
    }
}
