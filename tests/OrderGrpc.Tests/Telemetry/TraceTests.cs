using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using OrderGrpc.Tests.Otlp;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Telemetry;

/// <summary>Spans, as a collector gets them from the real server: from the call through the queue to the commit.</summary>
public sealed class TraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = "00f067aa0ba902b7";
    private const string PlaceOrder = "ordergrpc.v1.ClientService/PlaceOrder";

    private static Metadata Followed => new() { { "traceparent", $"00-{Trace}-{Parent}-01" } };

    [Fact]
    public async Task A_callers_trace_goes_from_the_call_through_the_queue_to_the_commit()
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new TestFolder();
        // At Information the host makes an activity of its own for each call, which must not come in between.
        await using var server = await ServerProcess.StartAsync(folder, null, collector.Environment, "--log-level", "Information");
        using var client = server.Client();
        var placed = await client.Client.PlaceOrderAsync(Requests.Place("something of people"), Followed, Deadlines.Soon);

        var spans = await collector.UntilAsync(spans => spans.Count >= 4);
        Assert.All(spans, span => Assert.Equal(Trace, Hex(span.TraceId)));
        var call = spans.Single(span => span.Name == PlaceOrder);
        Assert.Equal((Parent, 2), (Hex(call.ParentSpanId), call.Kind));
        Assert.Equal("grpc", Collector.Of(call.Attributes, "rpc.system.name"));
        Assert.Equal("OK", Collector.Of(call.Attributes, "rpc.response.status_code"));
        Assert.Equal($"{placed.Order.Id}", Collector.Of(call.Attributes, "ordergrpc.order.id"));
        Assert.Equal($"{placed.Position}", Collector.Of(call.Attributes, "ordergrpc.log.position"));

        var queue = spans.Single(span => span.Name == "ordergrpc.queue");
        var batch = spans.Single(span => span.Name == "ordergrpc.batch");
        var commit = spans.Single(span => span.Name == "COMMIT");
        Assert.Equal((call.SpanId, call.SpanId, batch.SpanId), (queue.ParentSpanId, batch.ParentSpanId, commit.ParentSpanId));
        Assert.Equal(call.SpanId, Assert.Single(batch.Links).SpanId);
        Assert.Equal(batch.SpanId, Assert.Single(call.Links).SpanId);
        Assert.Equal("sqlite", Collector.Of(commit.Attributes, "db.system.name"));
        Assert.True(queue.EndTimeUnixNano <= commit.StartTimeUnixNano && commit.EndTimeUnixNano <= call.EndTimeUnixNano);
        Assert.DoesNotContain(spans.SelectMany(span => span.Attributes), attribute => $"{attribute}".Contains("people", StringComparison.Ordinal));
        Assert.Equal("ordergrpc", collector.Resource["service.name"]);
        await collector.HasMetrics.Task.WaitAsync(Deadlines.Patience);
    }

    [Fact]
    public async Task A_batch_is_linked_with_each_of_its_commands()
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, collector.Environment);
        using var client = server.Client();
        await client.PlaceAsync(); // the file is open and the connection warm
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.PlaceAsync()));

        var spans = await collector.UntilAsync(spans => spans.Count(span => span.Name == PlaceOrder) == 201);
        var calls = spans.Where(span => span.Name == PlaceOrder).ToDictionary(span => span.SpanId);
        spans = await collector.UntilAsync(spans => Batches(spans).Sum(batch => batch.Links.Count) == calls.Count);
        Assert.Contains(Batches(spans), batch => batch.Links.Count > 1);
        foreach (var batch in Batches(spans))
        {
            Assert.Equal($"{batch.Links.Count}", Collector.Of(batch.Attributes, "ordergrpc.batch.size"));
            Assert.All(batch.Links, link => Assert.Equal(batch.SpanId, Assert.Single(calls[link.SpanId].Links).SpanId));
        }
    }

    [Fact]
    public async Task Nobody_without_a_good_token_makes_a_span()
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, collector.Environment);
        using var nobody = new Party(server.Address, null);
        Assert.Equal("TOKEN_MISSING", (await Refused.By(nobody.Client.PlaceOrderAsync(Requests.Place(), Followed, Deadlines.Soon))).Reason);
        await new Grpc.Health.V1.Health.HealthClient(nobody.Invoker).CheckAsync(new());
        using var client = server.Client();
        await client.Query.GetCallerAsync(new GetCallerRequest());
        Assert.Equal(0, await server.StopAsync()); // all is sent by then
        Assert.Equal("ordergrpc.v1.OrderQueryService/GetCaller", Assert.Single(await collector.UntilAsync(spans => spans.Count > 0)).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_of_the_server_is_found_in_the_log_by_its_trace(bool followed)
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new TestFolder();
        await using (var first = await ServerProcess.StartAsync(folder))
        {
            using var client = first.Client();
            await client.PlaceAsync();
            Assert.Equal(0, await first.StopAsync());
        }

        await using (var file = new SqliteConnection($"Data Source={Path.Combine(folder.Data, "orders.db")};Pooling=False"))
        {
            await file.OpenAsync(TestContext.Current.CancellationToken);
            await using var spoil = file.CreateCommand();
            spoil.CommandText = "UPDATE log SET order_after = x'0a05'";
            Assert.Equal(1, await spoil.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        await using var server = await ServerProcess.StartAsync(folder, null, followed ? collector.Environment : []);
        using var supplier = server.Supplier();
        var read = await Refused.By(supplier.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 }, Followed, Deadlines.Soon));
        var commanded = await Refused.By(supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = 1 }, Followed, Deadlines.Soon));
        foreach (var error in new[] { read, commanded })
        {
            Assert.Equal((StatusCode.Internal, "INTERNAL"), (error.Code, error.Reason));
            Assert.Equal(followed, error.Metadata["trace_id"] == Trace);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Contains($"/ordergrpc.v1.OrderQueryService/GetOrder failed, trace {read.Metadata["trace_id"]}. Google.Protobuf", server.Errors, StringComparison.Ordinal);
        Assert.Contains($"/ordergrpc.v1.SupplierService/ApproveOrder failed, trace {commanded.Metadata["trace_id"]}. Google.Protobuf", server.Errors, StringComparison.Ordinal);
        if (followed)
        {
            var spans = await collector.UntilAsync(spans => spans.Any(span => span.Name.EndsWith("GetOrder", StringComparison.Ordinal)));
            Assert.Equal(2, spans.Single(span => span.Name.EndsWith("GetOrder", StringComparison.Ordinal)).Status.Code); // an error
        }
    }

    private static List<Span> Batches(IReadOnlyList<Span> spans) => [.. spans.Where(span => span.Name == "ordergrpc.batch")];

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
