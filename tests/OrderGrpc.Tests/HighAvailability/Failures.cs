using OrderGrpc.Tests.Faults;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>Does failures to a cluster and the servers over it, under load, and waits each time until all is whole again.</summary>
public sealed class Failures(PatroniCluster cluster, Fleet fleet, Workload load, Random random)
{
    // How long a primary goes on alone; and how many commands it may acknowledge meanwhile, which must be none.
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(2);
    private const int AcknowledgedAlone = 50;

    /// <summary>Does one, and gives the longest time for which nobody was answered.</summary>
    public async Task<TimeSpan> DoAsync(Failure failure)
    {
        // A random count of answers, then a random moment: before, in or after a commit.
        await load.MoreAsync(random.Next(20, 200));
        var before = await cluster.WholeAsync();
        Thread.SpinWait(random.Next(200_000));
        load.Ledger.TakePause();
        switch (failure)
        {
            case Failure.ServerKilled:
                await KillServerAsync();
                break;
            case Failure.PostgresKilled:
                await cluster.KillPostgresAsync(before.Primary!);
                await cluster.WholeAsync(before.Timeline + 1);
                break;
            case Failure.SwitchedOver:
                await cluster.SwitchOverAsync();
                await cluster.WholeAsync(before.Timeline + 1);
                break;
            case Failure.NodeKilled:
                await LoseNodeAsync(before);
                break;
            case Failure.NodeKilledAhead:
                await cluster.HoldReplicationAsync(before.Primary!);
                await Task.WhenAny(load.MoreAsync(AcknowledgedAlone), Task.Delay(Alone));
                await LoseNodeAsync(before);
                break;
            case Failure.StandbyCutOff:
                await FreezeAsync(before.Standby!);
                await cluster.WholeAsync();
                break;
            case Failure.PrimaryFrozen:
                await FreezeAsync(before.Primary!);
                await cluster.WholeAsync(before.Timeline + 1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(failure), failure, "not done yet");
        }

        await load.MoreAsync(20);
        return load.Ledger.TakePause();
    }

    private async Task KillServerAsync()
    {
        var server = random.Next(fleet.Count);
        await fleet.KillAsync(server);
        await load.MoreAsync(random.Next(20, 200));
        await fleet.StartAsync(server);
    }

    private async Task LoseNodeAsync(Members before)
    {
        await cluster.KillNodeAsync(before.Primary!);
        await cluster.WithoutAsync(before.Primary!);
        await load.MoreAsync(random.Next(20, 200));
        await cluster.StartNodeAsync(before.Primary!);
        await cluster.WholeAsync(before.Timeline + 1);
    }

    private async Task FreezeAsync(string node)
    {
        await cluster.FreezeAsync(node);
        await cluster.WithoutAsync(node);
        await load.MoreAsync(random.Next(20, 200));
        await cluster.ThawAsync(node);
    }
}
