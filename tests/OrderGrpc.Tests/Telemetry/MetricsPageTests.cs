using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Strangers;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Telemetry;

/// <summary>The page of metrics, as Prometheus reads it from the real server.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public async Task The_page_tells_of_each_part_and_of_nobody()
    {
        using var folder = await WithAnOrderAsync();
        var (server, page) = await StartAsync(folder);
        await using var _ = server;
        using var client = server.Client();
        await client.PlaceAsync("words of people");
        await Refused.By(client.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = 77 }));
        using var nobody = new Party(server.Address, null);
        await Refused.By(nobody.Query.GetCallerAsync(new GetCallerRequest()));
        using var past = new Watch(client, new WatchOrdersRequest { Beginning = true });
        await past.EventsAsync(2); // the first from the store, where it was before the start
        await past.UntilAsync(WatchOrdersResponse.MessageOneofCase.CaughtUp);
        await client.PlaceAsync();
        await past.EventsAsync(1);

        var metrics = Parse(await ReadAsync(page));
        Assert.Equal("3", metrics["ordergrpc_log_committed"]);
        Assert.Equal("3", metrics["ordergrpc_log_position"]);
        Assert.Equal("0", metrics["ordergrpc_queue_depth"]);
        Assert.Equal("3", metrics["ordergrpc_queue_wait_seconds_count"]);
        Assert.Equal("3", metrics["ordergrpc_batch_size_sum"]);
        Assert.Equal("2", metrics["""db_client_operation_duration_seconds_count{db_operation_name="COMMIT",db_system_name="sqlite"}"""]);
        Assert.Equal("2", metrics["ordergrpc_tail_lag_seconds_count"]);
        Assert.Equal("1", metrics["ordergrpc_watch_open"]);
        Assert.Equal("0", metrics["ordergrpc_watch_slow"]);
        Assert.Equal("3", metrics["ordergrpc_watch_deliveries_total"]);
        Assert.Equal("1", metrics["ordergrpc_ring_misses_total"]);
        Assert.NotEqual("0", metrics["ordergrpc_ring_hits_total"]); // the second was in the same slice, or already in memory
        Assert.Equal("1", metrics["""ordergrpc_refusals_total{ordergrpc_reason="ORDER_NOT_FOUND"}"""]);
        Assert.Equal("1", metrics["""ordergrpc_refusals_total{ordergrpc_reason="TOKEN_MISSING"}"""]);
        Assert.Equal("1", metrics["ordergrpc_server_ready"]);
        Assert.NotEqual("0", metrics["ordergrpc_store_wal_size_bytes"]);
        Assert.Equal("2", metrics["""rpc_server_call_duration_seconds_count{rpc_method="ordergrpc.v1.ClientService/PlaceOrder",rpc_response_status_code="OK",rpc_system_name="grpc"}"""]);
        Assert.Equal("1", metrics["""rpc_server_call_duration_seconds_count{rpc_method="ordergrpc.v1.ClientService/CancelOrder",rpc_response_status_code="NOT_FOUND",rpc_system_name="grpc"}"""]);
        Assert.DoesNotContain(metrics.Keys, name => name.Contains("people", StringComparison.Ordinal) || name.Contains("client\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_whose_reader_does_not_read_is_told_as_slow()
    {
        using var folder = new TestFolder();
        var (server, page) = await StartAsync(folder);
        await using var _ = server;
        using var client = server.Client();
        for (var i = 0; i < 40; i++)
        {
            await client.Client.PlaceOrderAsync(new PlaceOrderRequest(Requests.Place()) { Note = new string('n', 2000) });
        }

        using var http = await RawHttp2.ConnectAsync(server.Address);
        await http.OpenAsync(1, "/ordergrpc.v1.OrderQueryService/WatchOrders", server.Token("client"));
        await http.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, RawCall.Frame(new WatchOrdersRequest { Beginning = true }.ToByteArray()));
        for (var end = Deadlines.Soon; Parse(await ReadAsync(page))["ordergrpc_watch_slow"] != "1";)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "it is not told");
            await client.Query.GetCallerAsync(new GetCallerRequest(), deadline: Deadlines.Soon); // the watch fills its window meanwhile
        }
    }

    [Fact]
    public async Task Every_metric_of_the_dashboard_is_one_that_the_server_tells()
    {
        using var folder = await WithAnOrderAsync();
        var (server, page) = await StartAsync(folder);
        await using var _ = server;
        using var client = server.Client();
        using var watch = new Watch(client, new WatchOrdersRequest());
        await watch.NextAsync();
        await client.PlaceAsync();
        await watch.EventsAsync(1);
        using var past = new Watch(client, new WatchOrdersRequest { Beginning = true });
        await past.EventsAsync(1);
        await Refused.By(client.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = 77 }));
        var read = await ReadAsync(page);
        var told = Parse(read).Keys.Select(key => key.Split('{')[0]).Concat(LabelName().Matches(read).Select(label => label.Groups[1].Value)).ToHashSet();

        // What only comes with trouble.
        told.Add("ordergrpc_connections_refused_total");
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "grafana.json"), TestContext.Current.CancellationToken));
        var asked = Strings(dashboard.RootElement).SelectMany(text => MetricName().Matches(text)).Select(name => name.Value).Distinct().ToList();
        Assert.True(asked.Count > 15, $"only {asked.Count} metrics");
        Assert.All(asked, name => Assert.True(told.Contains(name), $"nobody tells {name}"));
        var operating = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "OPERATING.md"), TestContext.Current.CancellationToken);
        Assert.All(MetricName().Matches(operating).Select(name => name.Value), name => Assert.True(told.Contains(name), $"nobody tells {name}"));
    }

    [Fact]
    public async Task The_page_is_on_its_own_address_and_nothing_else_is_there()
    {
        using var folder = new TestFolder();
        var (server, page) = await StartAsync(folder);
        await using var _ = server;
        using var http = new HttpClient();
        Assert.Equal(404, (int)(await http.GetAsync(new Uri(new Uri(page), "/ordergrpc.v1.ClientService/PlaceOrder"), TestContext.Current.CancellationToken)).StatusCode);
        using var client = server.Client();
        using var onMain = new HttpRequestMessage(HttpMethod.Get, server.Address + "/metrics") { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal(401, (int)(await http.SendAsync(onMain, TestContext.Current.CancellationToken)).StatusCode);
        await Assert.ThrowsAsync<RpcException>(async () => await new Party(new Uri(page).GetLeftPart(UriPartial.Authority), server.Token("client")).PlaceAsync());
        await client.PlaceAsync();
    }

    [Theory]
    [InlineData("http://0.0.0.0:9464", "could be read from other machines by anybody. Use 127.0.0.1; --insecure does it all the same.")]
    [InlineData("https://127.0.0.1:9464", "it must be a URL of http such as http://127.0.0.1:9464")]
    [InlineData("9464", "--metrics-urls (or ORDERGRPC_METRICS_URLS) is '9464'")]
    public async Task An_address_that_is_not_right_is_refused(string address, string says)
    {
        using var folder = new TestFolder();
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, "--data", folder.Data, "--metrics-urls", address);
        Assert.Equal(1, exitCode);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_and_nothing_is_left()
    {
        using var folder = new TestFolder();
        var (server, page) = await StartAsync(folder);
        await using var _ = server;
        using var other = new TestFolder();
        var taken = new Uri(page).GetLeftPart(UriPartial.Authority);
        var (exitCode, _, errors) = await ServerProcess.RunAsync(other, "--data", other.Data, "--urls", ServerProcess.FreeAddress(), "--metrics-urls", taken);
        Assert.Equal(1, exitCode);
        Assert.Equal($"server: Another program is listening on {taken}. Stop it, or name another address with --metrics-urls.", errors.Trim());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "it must be a URL such as http://127.0.0.1:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "thrift", "it must be one of grpc, http/protobuf")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", "a page for Prometheus is --metrics-urls")]
    [InlineData("OTEL_TRACES_SAMPLER", "some", "it must be one of always_on")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "2", "it must be a number from 0 to 1")]
    public async Task A_variable_that_the_exporter_would_pass_over_is_refused(string name, string value, string says)
    {
        using var folder = new TestFolder();
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, new Dictionary<string, string> { [name] = value }, "--data", folder.Data);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{name} is '{value}': ", errors, StringComparison.Ordinal);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_asks_nothing_of_it_is_even_loaded()
    {
        using var folder = new TestFolder();
        await using var off = await ServerProcess.StartAsync(folder, null, new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "alone" });
        using var client = off.Client();
        await client.PlaceAsync();
        Assert.DoesNotContain("OpenTelemetry", await LoadedAsync(off), StringComparison.Ordinal);

        using var other = new TestFolder();
        var (on, _) = await StartAsync(other);
        await using var __ = on;
        Assert.Contains("OpenTelemetry", await LoadedAsync(on), StringComparison.Ordinal);
    }

    // One that a later server finds in its file, and not in its memory.
    private static async Task<TestFolder> WithAnOrderAsync()
    {
        var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        await client.PlaceAsync();
        Assert.Equal(0, await server.StopAsync());
        return folder;
    }

    internal static async Task<(ServerProcess Server, string Page)> StartAsync(TestFolder folder, params string[] arguments)
    {
        var address = ServerProcess.FreeAddress();
        var server = await ServerProcess.StartAsync(folder, null, ["--metrics-urls", address, .. arguments]);
        Assert.Contains($"  metrics  {address}/metrics", server.Output.ToString(), StringComparison.Ordinal);
        return (server, address + "/metrics");
    }

    internal static async Task<string> ReadAsync(string page)
    {
        using var http = new HttpClient { Timeout = Deadlines.Patience };
        return await http.GetStringAsync(new Uri(page));
    }

    /// <summary>Each series by its name and labels, but for the part that tells it.</summary>
    internal static Dictionary<string, string> Parse(string page) => page.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => Regex.Replace(line, @"otel_scope_name=""[^""]*"",?", "").Replace("{}", "", StringComparison.Ordinal))
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => line[(line.LastIndexOf(' ') + 1)..]);

    private static Task<string> LoadedAsync(ServerProcess server) => File.ReadAllTextAsync($"/proc/{server.Id}/maps");

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        _ => [],
    };

    [GeneratedRegex(@"(\w+)=""")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\b(ordergrpc|rpc_server|db_client|dotnet|kestrel)_[a-z_]+[a-z]\b")]
    private static partial Regex MetricName();
}
