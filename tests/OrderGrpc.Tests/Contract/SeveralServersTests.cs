using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Contract;

/// <summary>
/// Clients with two addresses and nothing of ours but the contract, as docs/REFERENCE.md has them: the
/// server that they use is killed, and they go on with the other.
/// </summary>
public sealed class SeveralServersTests : IDisposable
{
    // A program that watches, and places an order for each line that it reads.
    private const string Script = """
        const grpc = require('@grpc/grpc-js'), loader = require('@grpc/proto-loader');
        const [target, token, protos] = process.argv.slice(2);
        const files = ['ordergrpc/v1/client_service.proto', 'ordergrpc/v1/order_query_service.proto'];
        const { v1 } = grpc.loadPackageDefinition(loader.loadSync(files, { includeDirs: [protos], longs: String, oneofs: true })).ordergrpc;
        const retry = { maxAttempts: 5, initialBackoff: '0.1s', maxBackoff: '1s', backoffMultiplier: 2, retryableStatusCodes: ['UNAVAILABLE'] };
        const options = { 'grpc.service_config': JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy: retry }] }), 'grpc.max_reconnect_backoff_ms': 200 };
        const client = new v1.ClientService(target, grpc.credentials.createInsecure(), options);
        const query = new v1.OrderQueryService(target, grpc.credentials.createInsecure(), options);
        const metadata = new grpc.Metadata();
        metadata.set('authorization', 'Bearer ' + token);
        let after = '0';
        function watch() {
          const call = query.WatchOrders({ afterPosition: after }, metadata);
          call.on('data', message => { after = message.position; if (message.message === 'event') console.log('event ' + after); });
          call.on('error', error => { if (error.code !== grpc.status.UNAVAILABLE) throw error; setTimeout(watch, 100); });
        }
        watch();
        require('readline').createInterface({ input: process.stdin }).on('line', requestId => client.PlaceOrder(
          { requestId, customer: { name: 'Jon Doe', email: 'john@example.com' }, lines: [{ description: 'Garden fence', quantity: '1' }] },
          metadata, (error, answer) => console.log(error ? 'failed ' + error.message : 'placed ' + answer.order.id)));
        """;

    private readonly TestFolder folder = new();
    private readonly string next = ServerProcess.FreeAddress();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_in_JavaScript_goes_on_with_the_other()
    {
        Assert.SkipUnless(IsInstalled("npm"), "npm is not installed; it comes with Node.js");
        using (var install = Start("npm", "install", "--no-save", "--no-audit", "--no-fund", "--silent", "@grpc/grpc-js@1.14.7", "@grpc/proto-loader@0.8.1"))
        {
            await install.WaitForExitAsync().WaitAsync(Deadlines.Patience);
            Assert.Equal(0, install.ExitCode);
        }

        await File.WriteAllTextAsync(folder.File("client.js"), Script);
        var server = await ServerProcess.StartAsync(folder);
        using var client = Start("node", "client.js", $"ipv4:{Authority(server.Address)},{Authority(next)}", server.Token("client"), Path.Combine(Repository.Root, "protos"));
        try
        {
            await PlaceAsync(client, "one");
            Assert.Equal(["event 1", "placed 1"], await LinesAsync(client, 2));
            await server.DisposeAsync();
            await using var other = await ServerProcess.StartAsync(folder, next);
            await PlaceAsync(client, "two");
            Assert.Equal(["event 2", "placed 2"], await LinesAsync(client, 2));
        }
        finally
        {
            client.Kill();
        }
    }

    [Fact]
    public async Task One_in_dotnet_goes_on_with_the_other()
    {
        var server = await ServerProcess.StartAsync(folder);
        var authorized = new Metadata { { "authorization", "Bearer " + server.Token("client") } };
        BalancerAddress[] addresses = [new("127.0.0.1", new Uri(server.Address).Port), new("127.0.0.1", new Uri(next).Port)];
        await using var services = new ServiceCollection().AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses)).BuildServiceProvider();
        var retry = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(100),
            MaxBackoff = TimeSpan.FromSeconds(1),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        using var channel = GrpcChannel.ForAddress("static:///orders", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
            ServiceConfig = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retry } } },
        });
        var client = new ClientService.ClientServiceClient(channel);
        Assert.Equal(1, (await client.PlaceOrderAsync(Requests.Place(requestId: "one"), authorized, Deadlines.Soon)).Order.Id);
        await server.DisposeAsync();
        await using var other = await ServerProcess.StartAsync(folder, next);
        Assert.Equal(2, (await client.PlaceOrderAsync(Requests.Place(requestId: "two"), authorized, Deadlines.Soon)).Order.Id);
        Assert.Equal(1, (await client.PlaceOrderAsync(Requests.Place(requestId: "one"), authorized, Deadlines.Soon)).Order.Id); // once, whoever is asked
    }

    private static async Task PlaceAsync(Process client, string requestId)
    {
        await client.StandardInput.WriteLineAsync(requestId);
        await client.StandardInput.FlushAsync();
    }

    private static async Task<IEnumerable<string?>> LinesAsync(Process client, int count)
    {
        var lines = new List<string?>();
        while (lines.Count < count)
        {
            lines.Add(await client.StandardOutput.ReadLineAsync().WaitAsync(Deadlines.Patience));
        }

        return lines.Order(StringComparer.Ordinal); // the answer and the event come in either sequence
    }

    private Process Start(string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder.Path })!;

    private static string Authority(string address) => new Uri(address).Authority;

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".cmd")));
}
