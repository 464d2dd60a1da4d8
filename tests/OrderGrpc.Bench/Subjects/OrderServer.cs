using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Subjects;

/// <summary>Our server, as its own process on a free port of loopback, with the calls that scenarios make of it.</summary>
public sealed class OrderServer : IAsyncDisposable
{
    // The whole load is one caller at one address, and is to be limited by nothing but the machine.
    private static readonly Dictionary<string, string> NoLimits = new()
    {
        ["ORDERGRPC_MAX_WATCHES_PER_CALLER"] = "100000",
        ["ORDERGRPC_MAX_REQUESTS_PER_SECOND"] = "0",
        ["ORDERGRPC_MAX_CALLS_PER_CALLER"] = "0",
        ["ORDERGRPC_MAX_CONNECTIONS_PER_ADDRESS"] = "0",
        ["ORDERGRPC_MAX_NEW_CONNECTIONS_PER_SECOND"] = "0",
        ["ORDERGRPC_MAX_UNPROVEN_CONNECTIONS_PER_ADDRESS"] = "0",
        ["ORDERGRPC_MAX_REFUSED_CALLS_PER_SECOND"] = "0",
    };

    // With 256 bytes of etcd's in mind: customer, line and note come to about as much.
    private const int NoteLength = 150;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly string Note = new('n', NoteLength);

    private readonly List<Connections> _connections = [];
    private readonly int _port;

    private readonly string? _store;

    private OrderServer(ServerProcess process, int port, string dataFolder, string? store)
    {
        Process = process;
        _port = port;
        DataFolder = dataFolder;
        _store = store;
    }

    public ServerProcess Process { get; }

    public string Address => AddressOf(_port);

    public string DataFolder { get; }

    /// <summary>From the start of the process to the first answer.</summary>
    public TimeSpan StartTime { get; private set; }

    public string ClientToken { get; private set; } = "";

    public string SupplierToken { get; private set; } = "";

    /// <summary>The folder that stands for the user's configuration: both tools find their tokens there.</summary>
    public string ConfigurationFolder => Path.Combine(DataFolder, "config");

    public CallOptions AsClient => With(ClientToken);

    public CallOptions AsSupplier => With(SupplierToken);

    /// <summary>All files of the data folder together.</summary>
    public double DataMebibytes => new DirectoryInfo(DataFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) / 1048576.0;

    /// <summary>Starts it on a fresh folder, or where an earlier one has stopped.</summary>
    public static Task<OrderServer> StartAsync(Run run, OrderServer? stopped = null) =>
        StartAsync(run, run.Options.Server ?? Run.Beside("ServerAssembly"), run.Options.ServerEnvironment, stopped);

    /// <summary>Starts it on a database, as the first server there or beside another.</summary>
    public static Task<OrderServer> StartOnAsync(Run run, string store, OrderServer? beside = null) =>
        StartAsync(run, run.Options.Server ?? Run.Beside("ServerAssembly"), run.Options.ServerEnvironment, null, store: store, beside: beside);

    /// <summary>Starts it on a database as it is built, whatever --server and --env say.</summary>
    public static Task<OrderServer> StartPlainOnAsync(Run run, string store, OrderServer? beside = null) =>
        StartAsync(run, Run.Beside("ServerAssembly"), new Dictionary<string, string>(), null, store: store, beside: beside);

    /// <summary>Starts it on a fresh folder, whatever --server and --env say.</summary>
    public static Task<OrderServer> StartPlainAsync(Run run) =>
        StartAsync(run, Run.Beside("ServerAssembly"), new Dictionary<string, string>(), null);

    /// <summary>Starts it with the limits that it has by itself, on a fresh folder or where an earlier one has stopped, and these variables beside those of --env.</summary>
    public static Task<OrderServer> StartWithLimitsAsync(Run run, IReadOnlyDictionary<string, string> environment, OrderServer? stopped = null) =>
        StartAsync(run, run.Options.Server ?? Run.Beside("ServerAssembly"), new Dictionary<string, string>([.. environment, .. run.Options.ServerEnvironment]), stopped, limited: true);

    public static PlaceOrderRequest NewOrder() => new()
    {
        Customer = new() { Name = "Jon Doe", Email = "john@example.com" },
        Lines = { new OrderLine { Description = "Garden fence", Quantity = "1" } },
        Note = Note,
        RequestId = Guid.CreateVersion7().ToString(),
    };

    /// <summary>Clients over this many connections; they live as long as the server.</summary>
    public T[] Clients<T>(int connections, Func<CallInvoker, T> client)
    {
        var opened = new Connections(connections, Address);
        _connections.Add(opened);
        return opened.Clients(client);
    }

    /// <summary>
    /// The call "place an order", for callers over so many connections. A full queue is an answer
    /// that a caller must expect: a failed call, not an error of the bench.
    /// </summary>
    public Func<int, Task<bool>> PlaceCall(int connections)
    {
        var clients = Clients(connections, i => new ClientService.ClientServiceClient(i));
        var options = AsClient;
        return async caller =>
        {
            try
            {
                await clients[caller % connections].PlaceOrderAsync(NewOrder(), options).ConfigureAwait(false);
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        };
    }

    /// <summary>Makes it as fast as it gets: what starts cold is measured cold, and three servers have three times as much to compile.</summary>
    public Task WarmUpAsync()
    {
        const int Callers = 64, Orders = 30_000, ConnectionCount = 4;
        return Load.CountedAsync(Callers, Orders, PlaceCall(ConnectionCount));
    }

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(c => c.Dispose());
        await Process.DisposeAsync();
    }

    private static async Task<OrderServer> StartAsync(
        Run run, string assembly, IReadOnlyDictionary<string, string> environment, OrderServer? stopped, bool limited = false, string? store = null, OrderServer? beside = null)
    {
        if (!File.Exists(assembly))
        {
            throw new FileNotFoundException("The server is not built.", assembly);
        }

        var folder = stopped?.DataFolder ?? run.NewFolder("ours");
        var port = stopped?._port ?? Connections.FreePort();
        var address = AddressOf(port);
        var configuration = Path.Combine(folder, "config");
        store ??= stopped?._store;
        string[] place = store is null ? ["--data", Path.Combine(folder, "data")] : ["--store", store];
        var started = Stopwatch.GetTimestamp();
        var process = ServerProcess.Start("dotnet", [assembly, .. place, "--urls", address],
            new Dictionary<string, string>([.. limited ? [] : NoLimits, .. environment]) { ["XDG_CONFIG_HOME"] = configuration }, folder);
        var server = new OrderServer(process, port, folder, store);
        var tokens = Path.Combine(configuration, "ordergrpc", string.Create(CultureInfo.InvariantCulture, $"localhost_{port}"));
        using var probe = new Connections(1, address);
        var query = probe.Clients(i => new OrderQueryService.OrderQueryServiceClient(i))[0];
        await Connections.UntilReadyAsync(process, "Our server", StartLimit, () => server.AnswersAsync(port, tokens, query, beside));
        server.StartTime = Stopwatch.GetElapsedTime(started);
        return server;
    }

    private static string AddressOf(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static CallOptions With(string token) => new(new Metadata { { "authorization", "Bearer " + token } });

    /// <summary>Ready is: the tokens are there (those of the server beside it where it makes none), the port accepts, and a call is answered.</summary>
    private async Task<bool> AnswersAsync(int port, string tokens, OrderQueryService.OrderQueryServiceClient query, OrderServer? beside)
    {
        try
        {
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                await socket.ConnectAsync("127.0.0.1", port);
            }

            var hasOwn = beside is null || File.Exists(tokens + ".supplier.token");
            ClientToken = hasOwn ? (await File.ReadAllTextAsync(tokens + ".client.token")).Trim() : beside!.ClientToken;
            SupplierToken = hasOwn ? (await File.ReadAllTextAsync(tokens + ".supplier.token")).Trim() : beside!.SupplierToken;
            await query.DescribeProcessAsync(new(), AsClient);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Unauthenticated })
        {
            return false;
        }
    }
}
