using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1Alpha;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Every RPC, called by everybody whom it should tell nothing, on an order of somebody else's.</summary>
public sealed partial class AccessMatrixTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nobody_learns_anything_of_an_order_that_is_not_theirs_by_any_rpc()
    {
        using var shop = await StrangersShop.MakeAsync();
        var (existing, logOfExisting) = await CallAllAsync(shop, StrangersShop.Existing);
        var (missing, logOfMissing) = await CallAllAsync(shop, StrangersShop.Missing);
        output.WriteLine(Table(shop, existing));

        foreach (var ((method, who), answer) in existing)
        {
            var told = answer.Told;
            Assert.True(Expected(method, who).Contains(told), $"{EveryMethod.PathOf(method)} told {who}: {told}");
            Assert.DoesNotContain(StrangersShop.Marker, answer.Everything, StringComparison.Ordinal);
            AssertSameButForId(answer.Everything, missing[(method, who)].Everything, $"{EveryMethod.PathOf(method)} to {who}");
        }

        Assert.Equal(LinesOf(logOfMissing), LinesOf(logOfExisting));
        Assert.DoesNotContain(StrangersShop.Marker, logOfExisting, StringComparison.Ordinal);
        foreach (var token in shop.Callers.Select(caller => caller.Token).OfType<string>())
        {
            Assert.DoesNotContain(token.Split('.')[2], logOfExisting + logOfMissing, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(StrangersShop.Existing)]
    [InlineData(StrangersShop.Missing)]
    public async Task Who_asks_for_what_is_not_theirs_is_in_the_security_log_whether_it_exists_or_not(long orderId)
    {
        using var shop = await StrangersShop.MakeAsync();
        await using var server = await ServerProcess.StartAsync(shop.Folder);
        using var raw = new RawCall(server.Address);
        string[] methods = [nameof(OrderQueryService.OrderQueryServiceBase.GetOrder), nameof(OrderQueryService.OrderQueryServiceBase.WatchOrders), nameof(ClientService.ClientServiceBase.CancelOrder)];
        foreach (var method in methods.Select(name => EveryMethod.All.Single(method => method.Name == name)))
        {
            var token = shop.Callers.Single(caller => caller.Who == "other client").Token;
            await raw.SendAsync(EveryMethod.PathOf(method), RawCall.Frame(EveryMethod.RequestOf(method, orderId)), token, stream: false);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(
            methods.Select(name => $"/{name} from 127.0.0.1 by client other was refused: ORDER_NOT_FOUND."),
            server.Errors.Split('\n').Where(line => line.Contains("SecurityLog[106]", StringComparison.Ordinal)).Select(line => line[line.LastIndexOf('/')..].TrimEnd()));
    }

    [Fact]
    public async Task The_matrix_has_every_service_that_the_server_offers()
    {
        await using var server = await TestServer.StartAsync();
        using var party = server.Client();
        using var call = new ServerReflection.ServerReflectionClient(party.Invoker).ServerReflectionInfo(deadline: Deadlines.Soon);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var offered = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        await call.RequestStream.CompleteAsync();

        Assert.Subset(EveryMethod.Services.Select(service => service.FullName).ToHashSet(), offered.ToHashSet());
        Assert.Equal(offered.Count() + 1, EveryMethod.Services.Count); // reflection in its two versions, of which it names one
    }

    internal static string[] Expected(MethodDescriptor method, string who)
    {
        if (method.Service.FullName == "grpc.health.v1.Health")
        {
            // "text" is no service of ours: the answer is the same for everybody.
            return ["OK", "NotFound", "HTTP 200"];
        }

        if (who is "nobody" or "expired token" or "other key")
        {
            return ["Unauthenticated " + (who == "nobody" ? "TOKEN_MISSING" : who == "other key" ? "TOKEN_INVALID" : "TOKEN_EXPIRED")];
        }

        var isClient = who is "other client" or "supplier, as client";
        var wrongRole = method.Service.Name == (isClient ? nameof(SupplierService) : nameof(ClientService))
            || (!isClient && EveryMethod.Places(method));
        return wrongRole ? ["PermissionDenied WRONG_ROLE"] : EveryMethod.NamesAnOrder(method) ? ["NotFound ORDER_NOT_FOUND"] : EveryMethod.Places(method) ? ["InvalidArgument INVALID_FIELD"] : ["OK"];
    }

    private static async Task<(Dictionary<(MethodDescriptor, string), RawAnswer> Answers, string Log)> CallAllAsync(StrangersShop shop, long orderId)
    {
        var answers = new Dictionary<(MethodDescriptor, string), RawAnswer>();
        var (servers, raws) = (new List<ServerProcess>(), new List<RawCall>());
        for (var i = 0; i < TestFolder.Servers; i++)
        {
            servers.Add(await ServerProcess.StartAsync(shop.Folder, null, "--log-level", "Information"));
            raws.Add(new RawCall(servers[i].Address));
        }

        foreach (var method in EveryMethod.All)
        {
            var frame = RawCall.Frame(EveryMethod.RequestOf(method, orderId));
            foreach (var (who, token) in shop.Callers)
            {
                answers[(method, who)] = await raws[answers.Count % raws.Count].SendAsync(
                    EveryMethod.PathOf(method), frame, token, stream: method.IsServerStreaming && !method.IsClientStreaming);
            }
        }

        raws.ForEach(raw => raw.Dispose());
        foreach (var server in servers)
        {
            Assert.Equal(0, await server.StopAsync());
            await server.DisposeAsync();
        }

        return (answers, string.Concat(servers.Select(server => server.Errors)));
    }

    internal static void AssertSameButForId(string existing, string missing, string where)
    {
        Assert.Equal(existing.Length, missing.Length);
        for (var i = 0; i < existing.Length; i++)
        {
            var same = existing[i] == missing[i]
                || (existing[i], missing[i]) == ((char)('0' + StrangersShop.Existing), (char)('0' + StrangersShop.Missing));
            Assert.True(same, $"{where}: what exists and what does not are told apart at {i}:\n{existing}\n{missing}");
        }
    }

    // The framework's lines are written up to so many bytes a second, so which of them are there is chance.
    // Three of our logs are left out: of refused calls, which is cut at so many lines a second and has a test of its own,
    // and of connections, which are closed by whichever side is first. That of tokens is the operator's doing.
    private static List<string> LinesOf(string log) =>
    [
        .. log.Split('\n')
            .Where(line => line.Contains(": OrderGrpc.", StringComparison.Ordinal) && !line.Contains("SecurityLog", StringComparison.Ordinal)
                && !line.Contains("TokenWatch", StringComparison.Ordinal) && !line.Contains("refused calls", StringComparison.Ordinal))
            .Select(line => Number().Replace(line.Trim(), "#"))
            .Distinct() // how many of each are written is a matter of bytes a second
            .Order(StringComparer.Ordinal),
    ];

    private static string Table(StrangersShop shop, Dictionary<(MethodDescriptor, string), RawAnswer> answers)
    {
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"RPC",-48}");
        foreach (var (who, _) in shop.Callers)
        {
            table.Append(CultureInfo.InvariantCulture, $" {who,-20}");
        }

        foreach (var method in EveryMethod.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"\n{method.Service.Name + "." + method.Name,-48}");
            foreach (var (who, _) in shop.Callers)
            {
                table.Append(CultureInfo.InvariantCulture, $" {answers[(method, who)].Told.Split(' ')[0],-20}");
            }
        }

        return table.ToString();
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
