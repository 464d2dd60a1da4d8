using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class TokenWatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PrivateFolder data = new();
    private GuardedServer server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await GuardedServer.StartAsync(data.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_revocation_made_elsewhere_ends_the_streams_of_that_token_and_no_others()
    {
        var token = server.Issue(Role.Client, "acme");
        using var first = await WatchAsync(token);
        using var second = await WatchAsync(token);
        using var other = await WatchAsync(server.Issue(Role.Client, "acme"));

        TokenRegistry.Open(data.Path, server.Time).Revoke(new JsonWebToken(token).Id);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_REVOKED", await EndAsync(first));
        Assert.Equal("TOKEN_REVOKED", await EndAsync(second));
        server.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(other.ResponseStream.MoveNext(Stop).IsCompleted);
    }

    [Fact]
    public async Task An_expiry_ends_the_streams_of_that_token()
    {
        using var stream = await WatchAsync(server.Issue(Role.Supplier, "shop", TimeSpan.FromMinutes(1)));

        server.Time.Advance(TimeSpan.FromSeconds(59));
        var end = EndAsync(stream);
        Assert.False(end.IsCompleted);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_EXPIRED", await end);
    }

    [Fact]
    public async Task Retiring_a_key_ends_the_streams_of_its_tokens()
    {
        using var stream = await WatchAsync(server.Issue(Role.Client, "acme"));
        var elsewhere = SigningKeys.Open(data.Path);
        var old = elsewhere.Newest.KeyId;

        elsewhere.Rotate();
        elsewhere.Retire(old);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("TOKEN_INVALID", await EndAsync(stream));
    }

    [Fact]
    public async Task A_registry_that_is_damaged_while_running_is_logged_and_what_was_known_holds()
    {
        using var stream = await WatchAsync(server.Issue(Role.Client, "acme"));
        await File.AppendAllTextAsync(data["tokens.jsonl"], "garbage\n", Stop);

        server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("damaged in line 2", server.Log.All, StringComparison.Ordinal);
        Assert.False(stream.ResponseStream.MoveNext(Stop).IsCompleted);
    }

    private async Task<AsyncServerStreamingCall<WatchOrdersResponse>> WatchAsync(string token)
    {
        var call = server.Queries.WatchOrders(new WatchOrdersRequest(), new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop).WaitAsync(Patience, Stop));
        return call;
    }

    private static async Task<string> EndAsync(AsyncServerStreamingCall<WatchOrdersResponse> call)
    {
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Stop).WaitAsync(Patience, Stop));
        return ended.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason;
    }
}
