using Google.Rpc;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>What the callers of a whole server are told while its database is away, longer than it believes what it knows of their tokens.</summary>
public sealed class StoreAwayTests
{
    [Fact]
    public async Task Streams_whose_token_is_not_believed_any_more_end_with_when_to_try_again()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await postgres.ExecuteAsync("postgres", "CREATE DATABASE shop");
        await using var server = await TestServer.StartAsync(options => options.Store = postgres.StoreOf("shop"));
        using var client = server.Client();
        using var watch = new Watch(client, new WatchOrdersRequest());
        await watch.NextAsync();
        using var reflection = new ServerReflection.ServerReflectionClient(client.Invoker).ServerReflectionInfo(deadline: Deadlines.Soon);
        await reflection.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await reflection.ResponseStream.MoveNext(CancellationToken.None));

        await postgres.StopAsync();
        server.Time.Advance(IdentityLimits.KnownWithoutDatabase + TimeSpan.FromSeconds(1));

        SaysWhen(await watch.ErrorAsync());
        SaysWhen(await Assert.ThrowsAsync<RpcException>(() => reflection.ResponseStream.MoveNext(CancellationToken.None)));
        SaysWhen(await Assert.ThrowsAsync<RpcException>(() => client.PlaceAsync()));
    }

    private static void SaysWhen(RpcException ended)
    {
        Assert.Equal((StatusCode.Unavailable, "STORE_BUSY"), (ended.StatusCode, Refused.Of(ended).Reason));
        Assert.Equal(TimeSpan.FromSeconds(1), ended.GetRpcStatus()!.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan());
    }
}
