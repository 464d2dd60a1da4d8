using System.Globalization;
using System.Text.Json;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>How soon the cluster finds that its primary is gone, in seconds.</summary>
public sealed record Watchfulness(int Ttl, int LoopWait, int RetryTimeout)
{
    /// <summary>What docs/OPERATING.md proposes.</summary>
    public static readonly Watchfulness Usual = new(20, 2, 3);

    /// <summary>As quick as one machine bears.</summary>
    public static readonly Watchfulness Quick = new(6, 1, 2);
}

/// <summary>
/// Three PostgreSQL that fail over by themselves: the distribution's patroni and etcd, on this
/// machine's loopback, with one synchronous standby and none without.
/// </summary>
public sealed class PatroniCluster : IAsyncDisposable
{
    private const string Etcd = "etcd";
    private const string Database = "ordergrpc";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(1);
    private static readonly string Binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture)).LastOrDefault("") + "/bin"
        : "";

    private readonly Keeper keeper;
    private readonly HttpClient http = new() { Timeout = Deadlines.Patience };
    private readonly Dictionary<string, (int Sql, int Api)> nodes = Enumerable.Range(1, 3).ToDictionary(i => $"pg{i}", _ => (FreePort(), FreePort()));

    private PatroniCluster(Keeper keeper) => this.keeper = keeper;

    /// <summary>What a server's --store takes.</summary>
    public string Store => $"Host={string.Join(',', nodes.Values.Select(node => $"127.0.0.1:{node.Sql}"))};Database={Database};Username={Database}";

    /// <summary>Where this cannot run, says why.</summary>
    public static void SkipWhereMissing() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && File.Exists("/usr/bin/patroni") && File.Exists("/usr/bin/etcd") && File.Exists(Binaries + "/postgres"),
        "needs patroni, etcd-server and postgresql of the distribution; .ci/run installs them");

    /// <summary>Runs something over a cluster; where it fails, the cluster's logs are left.</summary>
    public static async Task WithAsync(Watchfulness watchfulness, string synchronousCommit, Func<PatroniCluster, Task> test)
    {
        await using var cluster = new PatroniCluster(await Keeper.StartAsync());
        try
        {
            await cluster.StartAsync(watchfulness, synchronousCommit);
            await test(cluster);
        }
        catch
        {
            await cluster.keeper.KeepFolderAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"the cluster's logs are in {cluster.keeper.Folder}");
            throw;
        }
    }

    /// <summary>Waits until all nodes are there, one of them a synchronous standby, and the log has forked so often.</summary>
    public Task<Members> WholeAsync(int timeline = 0) => UntilAsync(members => members.AreWhole && members.Timeline >= timeline, "whole again");

    /// <summary>Waits until the cluster has a primary and a synchronous standby, neither of them this node.</summary>
    public Task<Members> WithoutAsync(string node) => UntilAsync(
        members => members.Primary is { } primary && primary != node && members.Standby is { } standby && standby != node, $"without {node}");

    /// <summary>kill -9 of a node's postgres, and not of patroni.</summary>
    public Task KillPostgresAsync(string node) => keeper.SignalAsync("KILL", node + "/data");

    /// <summary>kill -9 of all that runs on a node.</summary>
    public Task KillNodeAsync(string node) => keeper.SignalAsync("KILL", node);

    public Task StartNodeAsync(string node) => keeper.RunAsync(node, "patroni", "patroni.yml");

    /// <summary>SIGSTOP: nothing on the node answers, and nothing is closed.</summary>
    public Task FreezeAsync(string node) => keeper.SignalAsync("STOP", node);

    public Task ThawAsync(string node) => keeper.SignalAsync("CONT", node);

    /// <summary>From now on a primary sends its standbys nothing more, and says so to nobody.</summary>
    public Task HoldReplicationAsync(string primary) => keeper.SignalAsync("STOP", primary + "/data", "walsender");

    /// <summary>Has the primary hand over to its synchronous standby.</summary>
    public async Task SwitchOverAsync()
    {
        var members = await WholeAsync();
        using var wish = new StringContent(JsonSerializer.Serialize(new { leader = members.Primary, candidate = members.Standby }));
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{nodes[members.Primary!].Api}/switchover"), wish);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await keeper.DisposeAsync();
    }

    private async Task StartAsync(Watchfulness watchfulness, string synchronousCommit)
    {
        var (client, peer) = (Local(FreePort()), Local(FreePort()));
        await keeper.RunAsync(
            Etcd, "etcd", "--enable-v2", "--data-dir", "data", "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}");
        foreach (var (node, ports) in nodes)
        {
            var folder = Path.Combine(keeper.Folder, node);
            await keeper.RunAsync(node, "true"); // which makes the folder
            var file = Path.Combine(folder, "patroni.yml");
            await File.WriteAllTextAsync(file, Configuration(node, ports, new Uri(client).Authority, watchfulness, synchronousCommit));
            if (OperatingSystem.IsLinux())
            {
                File.SetUnixFileMode(file, Readable); // a server in this process has closed what is made in it to all but its own user
            }

            await StartNodeAsync(node);
        }

        await WholeAsync();
    }

    private async Task<Members> UntilAsync(Func<Members, bool> isSo, string what)
    {
        using var patience = new CancellationTokenSource(Recovery);
        using var timer = new PeriodicTimer(Look);
        var last = Members.None;
        while (!isSo(last))
        {
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"the cluster is not {what} within {Recovery}: {last}");
            }

            last = await MembersAsync();
        }

        return last;
    }

    // Whichever node answers: a frozen or killed one does not.
    private async Task<Members> MembersAsync()
    {
        foreach (var node in nodes.Values)
        {
            using var patience = new CancellationTokenSource(Answer);
            try
            {
                return Members.Of(await http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{node.Api}/cluster", patience.Token));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
            {
                // The next is asked.
            }
        }

        return Members.None;
    }

    private static int FreePort() => new Uri(ServerProcess.FreeAddress()).Port;

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static string Configuration(string node, (int Sql, int Api) ports, string etcd, Watchfulness watchfulness, string synchronousCommit) => $$"""
        scope: ordergrpc
        name: {{node}}
        restapi: {listen: 127.0.0.1:{{ports.Api}}, connect_address: 127.0.0.1:{{ports.Api}}}
        etcd: {host: {{etcd}}}
        bootstrap:
          dcs:
            ttl: {{watchfulness.Ttl}}
            loop_wait: {{watchfulness.LoopWait}}
            retry_timeout: {{watchfulness.RetryTimeout}}
            primary_start_timeout: 0
            master_start_timeout: 0
            maximum_lag_on_failover: 1048576
            synchronous_mode: true
            synchronous_mode_strict: true
            synchronous_node_count: 1
            postgresql:
              use_pg_rewind: true
              use_slots: true
              parameters: {wal_level: replica, hot_standby: "on", max_connections: 100, max_wal_senders: 8, max_replication_slots: 8, wal_retrieve_retry_interval: 500ms, shared_buffers: 16MB, synchronous_commit: "{{synchronousCommit}}"}
          initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
          pg_hba: [host replication repl 127.0.0.1/32 trust, host all all 127.0.0.1/32 trust]
          post_bootstrap: psql -q -c 'CREATE ROLE {{Database}} LOGIN' -c 'CREATE DATABASE {{Database}} OWNER {{Database}}'
        postgresql:
          listen: 127.0.0.1:{{ports.Sql}}
          connect_address: 127.0.0.1:{{ports.Sql}}
          data_dir: data
          bin_dir: {{Binaries}}
          pgpass: pgpass
          basebackup: [{checkpoint: fast}]
          authentication: {superuser: {username: postgres}, replication: {username: repl}, rewind: {username: postgres} }
          parameters: {unix_socket_directories: ''}
        watchdog: {mode: 'off'}
        """;
}
