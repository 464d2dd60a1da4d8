using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server.Services;
using OrderGrpc.Tests.Running;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace OrderGrpc.Tests.Telemetry;

/// <summary>Readiness, for each service, apart from liveness; and what a draining server tells whom.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Each_service_is_ready_and_one_that_is_not_there_is_not_found()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var nobody = new Party(server.Address, null);
        var health = new Health.HealthClient(nobody.Invoker);
        foreach (var service in new[] { "", "ordergrpc.v1.ClientService", "ordergrpc.v1.SupplierService", "ordergrpc.v1.OrderQueryService", "liveness" })
        {
            Assert.Equal(ServingStatus.Serving, await CheckAsync(health, service));
        }

        var unknown = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(health, "ordergrpc.v1.Nothing"));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        using var watch = health.Watch(new HealthCheckRequest { Service = "ordergrpc.v1.Nothing" }, deadline: Deadlines.Soon);
        Assert.Equal([ServingStatus.ServiceUnknown], await NextAsync(watch, 1));
    }

    [Fact]
    public async Task A_draining_server_says_so_at_once_to_who_watches_and_takes_calls_until_it_stops()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--drain-seconds", "3");
        using var client = server.Client();
        await client.PlaceAsync();
        using var nobody = new Party(server.Address, null);
        var health = new Health.HealthClient(nobody.Invoker);
        using var ready = health.Watch(new HealthCheckRequest { Service = "ordergrpc.v1.ClientService" }, deadline: Deadlines.Soon);
        using var live = health.Watch(new HealthCheckRequest { Service = HealthGrpcService.Liveness }, deadline: Deadlines.Soon);
        Assert.Equal([ServingStatus.Serving], await NextAsync(ready, 1));
        Assert.Equal([ServingStatus.Serving], await NextAsync(live, 1));

        var stopping = server.StopAsync();
        Assert.Equal([ServingStatus.NotServing], await NextAsync(ready, 1));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(health, ""));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(health, HealthGrpcService.Liveness));
        await client.PlaceAsync(); // as before
        Assert.False(stopping.IsCompleted);

        Assert.Equal(0, await stopping);
        Assert.Empty(await NextAsync(ready, 1));
        Assert.Empty(await NextAsync(live, 1));
    }

    [Fact]
    public async Task Without_a_time_to_drain_who_watches_is_told_all_the_same_before_the_end()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var nobody = new Party(server.Address, null);
        using var ready = new Health.HealthClient(nobody.Invoker).Watch(new HealthCheckRequest(), deadline: Deadlines.Soon);
        Assert.Equal([ServingStatus.Serving], await NextAsync(ready, 1));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal([ServingStatus.NotServing], await NextAsync(ready, 2));
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_told_within_a_look_and_so_is_its_return()
    {
        var (reached, time) = (true, new FakeTimeProvider());
        using var readiness = new Readiness(() => Volatile.Read(ref reached), time, TimeSpan.FromSeconds(1));
        foreach (var now in new[] { false, true, false })
        {
            var change = readiness.NextChange();
            Volatile.Write(ref reached, now);
            Assert.Equal(now, readiness.IsReady); // who asks is told at once
            Assert.False(change.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            await change.WaitAsync(Deadlines.Patience);
        }

        reached = true;
        readiness.Drain();
        Assert.False(readiness.IsReady);
        Assert.True(readiness.Draining.IsCancellationRequested);
    }

    private static async Task<ServingStatus> CheckAsync(Health.HealthClient health, string service) =>
        (await health.CheckAsync(new HealthCheckRequest { Service = service }, deadline: Deadlines.Soon)).Status;

    // At most so many of the next; fewer where the stream has ended.
    private static async Task<List<ServingStatus>> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, int most)
    {
        var statuses = new List<ServingStatus>();
        while (statuses.Count < most && await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            statuses.Add(watch.ResponseStream.Current.Status);
        }

        return statuses;
    }
}
