using System.Collections.Concurrent;
using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>Somebody who calls: a role, a name, and a connection.</summary>
public sealed record ModelParty(Role Role, string Name, Party Party)
{
    public override string ToString() => $"{Role} {Name}";
}

/// <summary>Two clients and two suppliers whose orders are one history's at a time, and where that history begins.</summary>
public sealed record Lane(IReadOnlyList<ModelParty> Parties, long Position);

/// <summary>
/// The real server under many histories at once, which is killed or stopped and started again from
/// time to time. Whoever loses an answer waits until it is up and asks again. Over PostgreSQL they are
/// several: each party calls one of them, and one after the other is ended.
/// </summary>
public sealed class ModelServer : IAsyncDisposable
{
    private const int LeastPerRestart = 50;
    private const int MostRestarts = 100;
    private const int Patience = 200; // calls in a row that are lost while the server is up

    private readonly TestFolder folder = new();
    private readonly string[] addresses = [.. Enumerable.Range(0, TestFolder.Servers).Select(_ => ServerProcess.FreeAddress())];
    private readonly ConcurrentBag<Lane> lanes = [];
    private readonly List<Party> parties = [];
    private readonly Lock gate = new();
    private readonly int historiesPerRestart;
    private readonly ServerProcess[] servers = new ServerProcess[TestFolder.Servers];
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource up = new();
    private int due;
    private int histories;
    private int names;
    private int restarts;
    private int lost;
    private long calls;

    /// <param name="total">How many histories there will be: a start takes as long as many of them, so it must not be each one's.</param>
    public ModelServer(int total) => due = historiesPerRestart = Math.Max(LeastPerRestart, total / MostRestarts);

    /// <summary>What was done, as a line of figures.</summary>
    public string Figures => string.Create(CultureInfo.InvariantCulture, $"{histories} histories, {calls} calls, {restarts} restarts, {lost} answers lost and asked again");

    public async Task StartAsync()
    {
        for (var i = 0; i < servers.Length; i++)
        {
            await StartAsync(i);
        }

        up.TrySetResult();
    }

    /// <summary>Parties that nobody else uses until they are given back.</summary>
    public Lane Take() => lanes.TryTake(out var lane) ? lane : NewLane();

    /// <summary>Gives parties back after a history that held; those of one that did not are left as they are.</summary>
    public void GiveBack(Lane lane)
    {
        Interlocked.Increment(ref histories);
        Interlocked.Increment(ref due);
        lanes.Add(lane);
    }

    /// <summary>Calls until there is an answer or a refusal.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref calls);
        for (var attempt = 1; ; attempt++)
        {
            await UpAsync();
            try
            {
                return await UnlessEndedAsync(call());
            }
            catch (RpcException e) when (IsLost(e) && attempt < Patience)
            {
                Lost();
            }
        }
    }

    /// <summary>Waits for something, unless the server has ended by itself.</summary>
    public async Task<T> UnlessEndedAsync<T>(Task<T> expected)
    {
        await await Task.WhenAny(expected, failed.Task);
        return await expected;
    }

    /// <summary>Waits until the server is up: calls that were made before would only try to connect, and all at once.</summary>
    public Task UpAsync() => up.Task;

    /// <summary>Counts an answer or a stream that was lost.</summary>
    public void Lost() => Interlocked.Increment(ref lost);

    /// <summary>Whether an error is of a server that stops, or is gone.</summary>
    public static bool IsLost(RpcException e) => e.StatusCode is StatusCode.Unavailable || e.GetRpcStatus()?.GetDetail<ErrorInfo>() is null;

    /// <summary>Ends the server and starts it again, where enough was done since the last time; else does nothing.</summary>
    public async Task RestartAsync(bool kill)
    {
        lock (gate)
        {
            if (due < historiesPerRestart || !up.Task.IsCompleted)
            {
                return;
            }

            due = 0;
            up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var next = restarts++ % servers.Length;
        if (kill)
        {
            await servers[next].KillAsync();
        }
        else
        {
            Assert.Equal(0, await servers[next].StopAsync());
        }

        await servers[next].DisposeAsync();
        await StartAsync(next);
        up.TrySetResult();
    }

    /// <summary>Ends the server, and has the file verified.</summary>
    public async Task VerifyAsync()
    {
        foreach (var server in servers)
        {
            await server.KillAsync();
        }

        if (TestFolder.OnPostgres)
        {
            return;
        }

        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "verify", "--data", folder.Data);
        Assert.True(exitCode == 0, output + errors);
        FaultPlan.Print(output.Split('\n')[0][(folder.Data.Length + 1)..]);
    }

    public async ValueTask DisposeAsync()
    {
        parties.ForEach(party => party.Dispose());
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }

    private async Task StartAsync(int i)
    {
        servers[i] = await ServerProcess.StartAsync(folder, addresses[i], "--max-requests-per-second", "0", "--max-calls-per-caller", "0");
        _ = FailWhenEndedAsync(servers[i]);
    }

    private async Task FailWhenEndedAsync(ServerProcess running)
    {
        await running.EndedByItself;
        failed.TrySetException(new InvalidOperationException("the server ended by itself: " + running.Errors));
    }

    private Lane NewLane()
    {
        lock (gate)
        {
            names++;

            // Suppliers first: where a server knows the token of a client, it knows whom that can place orders with.
            ModelParty[] suppliers = [NewParty(Role.Supplier, "a"), NewParty(Role.Supplier, "b")];
            return new Lane([NewParty(Role.Client, "a"), NewParty(Role.Client, "b"), .. suppliers], 0);

            ModelParty NewParty(Role role, string which)
            {
                var name = $"{which}-{names}";
                parties.Add(new Party(addresses[parties.Count % addresses.Length], folder.Identity(TimeProvider.System, (keys, registry) => new TokenIssuer(keys, registry).IssueAsync(new OrderGrpc.Server.Orders.Caller(role, name))), waits: true));
                return new ModelParty(role, name, parties[^1]);
            }
        }
    }
}
