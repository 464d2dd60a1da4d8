using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

public sealed class ReflectionTokenTests
{
    [Fact]
    public async Task A_stream_of_reflection_ends_when_its_token_does()
    {
        await using var server = await TestServer.StartAsync();
        using var party = new Party(server.Address, server.Issue(Role.Client, "acme", TimeSpan.FromMinutes(1)));
        using var call = new ServerReflection.ServerReflectionClient(party.Invoker).ServerReflectionInfo(deadline: Deadlines.Soon);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("TOKEN_EXPIRED", Refused.Of(ended).Reason);
    }
}
