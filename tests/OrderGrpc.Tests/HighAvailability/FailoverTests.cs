using OrderGrpc.Tests.Faults;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>Nothing else runs beside these: they measure how long callers wait, and a starved node is taken for a lost one.</summary>
[CollectionDefinition(nameof(FailoverTests), DisableParallelization = true)]
[Collection(nameof(FailoverTests))]
public sealed class FailoverTests
{
    private const int Servers = 3;
    private static readonly Failure[] Quick = [Failure.PostgresKilled, Failure.SwitchedOver, Failure.ServerKilled];

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_done_twice_when_servers_and_primaries_fail()
    {
        PatroniCluster.SkipWhereMissing();
        var plan = new FaultPlan(shortForm: Quick.Length);
        await PatroniCluster.WithAsync(Watchfulness, "on", async cluster =>
        {
            var pauses = new Pauses();
            var before = await cluster.WholeAsync();
            var faults = await RunAsync(cluster, plan, async failures =>
            {
                foreach (var failure in Chosen(plan))
                {
                    pauses.Add(failure, await failures.DoAsync(failure));
                }
            });
            pauses.Print();
            FaultPlan.Print($"{(await cluster.WholeAsync()).Timeline - before.Timeline} times the primary was another");
            Assert.Empty(faults);
        });
    }

    [Fact]
    public async Task The_same_test_finds_what_is_lost_when_a_commit_does_not_wait_for_the_standby()
    {
        PatroniCluster.SkipWhereMissing();
        var plan = new FaultPlan(shortForm: 1);
        await PatroniCluster.WithAsync(Watchfulness, "local", async cluster =>
        {
            var faults = await RunAsync(cluster, plan, failures => failures.DoAsync(Failure.NodeKilledAhead));
            var lost = faults.FindAll(fault => fault.Contains("was acknowledged", StringComparison.Ordinal));
            Assert.NotEmpty(lost);
            Assert.Contains(faults, fault => fault.Contains("has lost in a failover what was acknowledged", StringComparison.Ordinal)); // and the servers say so
            FaultPlan.Print($"{lost.Count} faults found, as must be, such as: {lost[0]}");
        });
    }

    private static Watchfulness Watchfulness => FaultPlan.Number("ORDERGRPC_FAILOVER_TTL") is 20 ? Watchfulness.Usual : Watchfulness.Quick;

    // Each as often as the others, in an order of chance; in the short form only those after which all is soon whole again.
    private static IEnumerable<Failure> Chosen(FaultPlan plan)
    {
        Failure[] all = [.. FaultPlan.IsLong ? Enum.GetValues<Failure>() : Quick];
        for (var done = 0; done < plan.Cycles; done += all.Length)
        {
            plan.Random.Shuffle(all);
            foreach (var failure in all.Take(plan.Cycles - done))
            {
                yield return failure;
            }
        }
    }

    // Runs a load over three servers while things fail, and says what is wrong with the log afterwards.
    private static async Task<List<string>> RunAsync(PatroniCluster cluster, FaultPlan plan, Func<Failures, Task> fail)
    {
        await using var fleet = await Fleet.StartAsync(cluster.Store, Servers);
        try
        {
            using var load = new Workload(fleet.Connect, plan.Random.Next());
            await fail(new Failures(cluster, fleet, load, plan.Random));
            var faults = await load.EndAsync();
            FaultPlan.Print(load.Figures);
            return [.. faults, .. fleet.Ended, .. await fleet.DifferencesAsync()];
        }
        catch
        {
            FaultPlan.Print(fleet.Errors);
            throw;
        }
    }
}
