using System.Globalization;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Bench.Etcd;

namespace OrderGrpc.Bench.Subjects;

/// <summary>The peer etcd: one node or several, with its own settings for durability (fsync on).</summary>
public sealed class EtcdServer : IAsyncDisposable
{
    public const int ValueBytes = 256;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly ByteString Value = ByteString.CopyFrom(Enumerable.Range(0, ValueBytes).Select(i => (byte)i).ToArray());

    private readonly List<Connections> _connections = [];
    private long _key;

    private EtcdServer(IReadOnlyList<ServerProcess> processes, IReadOnlyList<string> addresses) => (Processes, Addresses) = (processes, addresses);

    public IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>Of its nodes, the leader first once it stands.</summary>
    public IReadOnlyList<string> Addresses { get; private set; }

    public ServerProcess Process => Processes[0];

    public string Address => Addresses[0];

    /// <summary>Starts it on fresh folders; null where it is not installed.</summary>
    public static async Task<EtcdServer?> StartAsync(Run run, int nodes = 1)
    {
        if (Executable.Find("etcd") is not { } etcd)
        {
            run.Missing("etcd is not installed (Debian: etcd-server)");
            return null;
        }

        var ports = Enumerable.Range(0, 2 * nodes).Select(_ => UrlOf(Connections.FreePort())).ToArray();
        var (addresses, peers) = (ports[..nodes], ports[nodes..]);
        var cluster = string.Join(',', peers.Select((peer, i) => $"{NameOf(i)}={peer}"));
        const string EightGibibytes = "8589934592";
        var processes = addresses.Select((address, i) => ServerProcess.Start(etcd,
            [
                "--data-dir", run.NewFolder("etcd"), "--name", NameOf(i), "--log-level", "error",
                "--listen-client-urls", address, "--advertise-client-urls", address,
                "--listen-peer-urls", peers[i], "--initial-advertise-peer-urls", peers[i], "--initial-cluster", cluster,
                "--quota-backend-bytes", EightGibibytes,
            ],
            new Dictionary<string, string>())).ToArray();
        var server = new EtcdServer(processes, addresses);
        var kvs = server.Clients(nodes, i => new KV.KVClient(i));
        for (var i = 0; i < nodes; i++)
        {
            await Connections.UntilReadyAsync(processes[i], "etcd", StartLimit, () => AnswersAsync(kvs[i]));
        }

        await server.PutLeaderFirstAsync();
        return server;
    }

    /// <summary>The key of an order, in ascending order as ours are.</summary>
    public static ByteString Key(long number) => ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"orders/{number:D16}"));

    public T[] Clients<T>(int connections, Func<CallInvoker, T> client)
    {
        var opened = new Connections(connections, Addresses);
        _connections.Add(opened);
        return opened.Clients(client);
    }

    /// <summary>Puts a new key with a value of 256 bytes.</summary>
    public Func<int, Task<bool>> PutCall(int connections)
    {
        var clients = Clients(connections, i => new KV.KVClient(i));
        return async caller =>
        {
            await clients[caller % connections].PutAsync(NewPut()).ConfigureAwait(false);
            return true;
        };
    }

    /// <summary>Puts a new key after comparing that it does not exist: nearer to what a command does.</summary>
    public Func<int, Task<bool>> TxnCall(int connections)
    {
        var clients = Clients(connections, i => new KV.KVClient(i));
        return async caller =>
        {
            var put = NewPut();
            var answer = await clients[caller % connections].TxnAsync(new TxnRequest
            {
                Compare = { new Compare { Target = Compare.Types.CompareTarget.Version, Key = put.Key, Version = 0 } },
                Success = { new RequestOp { RequestPut = put } },
            }).ConfigureAwait(false);
            return answer.Succeeded;
        };
    }

    /// <summary>Puts a key that a watcher of single orders waits on.</summary>
    public static PutRequest PutOf(long number) => new() { Key = Key(number), Value = Value };

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(c => c.Dispose());
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }

    private static string NameOf(int node) => string.Create(CultureInfo.InvariantCulture, $"bench{node + 1}");

    private static string UrlOf(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    // A lone caller calls the first node, and is to be no worse off for a way to the leader.
    private async Task PutLeaderFirstAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var leads = new List<(string Address, bool Leads)>();
        foreach (var address in Addresses)
        {
            var metrics = await http.GetStringAsync(new Uri(address + "/metrics"));
            leads.Add((address, metrics.Contains("etcd_server_is_leader 1", StringComparison.Ordinal)));
        }

        Addresses = [.. leads.OrderByDescending(one => one.Leads).Select(one => one.Address)];
    }

    private PutRequest NewPut() => PutOf(Interlocked.Increment(ref _key));

    private static async Task<bool> AnswersAsync(KV.KVClient kv)
    {
        try
        {
            await kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("ready"), Value = Value });
            return true;
        }
        catch (Exception e) when (e is SocketException or RpcException { StatusCode: StatusCode.Unavailable })
        {
            return false;
        }
    }
}
