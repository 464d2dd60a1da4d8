using System.Globalization;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Bench.Etcd;

namespace OrderGrpc.Bench.Subjects;

/// <summary>The peer etcd: one node, with its own settings for durability (fsync on).</summary>
public sealed class EtcdServer : IAsyncDisposable
{
    public const int ValueBytes = 256;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly ByteString Value = ByteString.CopyFrom(Enumerable.Range(0, ValueBytes).Select(i => (byte)i).ToArray());

    private readonly List<Connections> _connections = [];
    private long _key;

    private EtcdServer(ServerProcess process, string address)
    {
        Process = process;
        Address = address;
    }

    public ServerProcess Process { get; }

    public string Address { get; }

    /// <summary>Starts it on a fresh folder; null where it is not installed.</summary>
    public static async Task<EtcdServer?> StartAsync(Run run)
    {
        if (Executable.Find("etcd") is not { } etcd)
        {
            run.Missing("etcd is not installed (Debian: etcd-server)");
            return null;
        }

        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Connections.FreePort()}");
        var peer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Connections.FreePort()}");
        const string EightGibibytes = "8589934592";
        var process = ServerProcess.Start(etcd,
            [
                "--data-dir", run.NewFolder("etcd"), "--name", "bench", "--log-level", "error",
                "--listen-client-urls", address, "--advertise-client-urls", address,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "bench=" + peer,
                "--quota-backend-bytes", EightGibibytes,
            ],
            new Dictionary<string, string>());
        var server = new EtcdServer(process, address);
        var kv = server.Clients(1, i => new KV.KVClient(i))[0];
        await Connections.UntilReadyAsync(process, "etcd", StartLimit, () => AnswersAsync(kv));
        return server;
    }

    /// <summary>The key of an order, in ascending order as ours are.</summary>
    public static ByteString Key(long number) => ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"orders/{number:D16}"));

    public T[] Clients<T>(int connections, Func<CallInvoker, T> client)
    {
        var opened = new Connections(Address, connections);
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
        await Process.DisposeAsync();
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
