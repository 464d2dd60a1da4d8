using System.Net;
using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server.Security;
using OrderGrpc.Server;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class CallerAuthenticationTests : IAsyncLifetime
{
    private readonly PrivateFolder data = new();
    private GuardedServer server = null!;

    public async ValueTask InitializeAsync() => server = await GuardedServer.StartAsync(data.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_caller_is_who_the_token_says_on_the_first_call_and_on_later_ones()
    {
        var client = server.Issue(Role.Client, "acme");
        var supplier = server.Issue(Role.Supplier, "шоп-1");

        for (var call = 0; call < 3; call++)
        {
            Assert.Equal("client:acme", await server.WhoAsync(client));
            Assert.Equal("supplier:шоп-1", await server.WhoAsync(supplier));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWNtZTphY21l")]
    public async Task A_call_without_a_token_is_told_so(string? header)
    {
        await server.RefusedAsync("TOKEN_MISSING", StatusCode.Unauthenticated, header);
    }

    [Fact]
    public async Task The_refusal_is_in_the_language_of_the_caller()
    {
        var headers = new Metadata { { "accept-language", "fr" } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(new GetOrderRequest(), headers, cancellationToken: Stop));

        Assert.Equal("fr", refused.GetRpcStatus()!.GetDetail<LocalizedMessage>()!.Locale);
    }

    [Fact]
    public async Task A_token_holds_until_its_last_second_and_not_beyond_also_when_it_was_seen_before()
    {
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromHours(1));

        server.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal("client:acme", await server.WhoAsync(token));
        server.Time.Advance(TimeSpan.FromTicks(1));
        await server.RefusedAsync("TOKEN_EXPIRED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Fact]
    public async Task A_token_that_was_never_seen_before_it_expired_is_told_so()
    {
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromHours(1));
        server.Time.Advance(TimeSpan.FromDays(1));
        await server.RefusedAsync("TOKEN_EXPIRED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_revoked_elsewhere_is_refused_within_a_second(bool seenBefore)
    {
        var token = server.Issue(Role.Client, "acme");
        if (seenBefore)
        {
            Assert.Equal("client:acme", await server.WhoAsync(token));
        }

        TokenRegistry.Open(data.Path, server.Time).Revoke(new JsonWebToken(token).Id);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        await server.RefusedAsync("TOKEN_REVOKED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Fact]
    public async Task A_token_issued_elsewhere_under_a_new_key_is_taken_at_once_and_refused_once_the_key_is_retired()
    {
        var old = server.Issue(Role.Client, "old");
        var elsewhere = SigningKeys.Open(data.Path);
        elsewhere.Rotate();
        var added = new TokenIssuer(elsewhere, TokenRegistry.Open(data.Path, server.Time)).Issue(new(Role.Client, "new"));

        Assert.Equal("client:new", await server.WhoAsync(added));
        Assert.Equal("client:old", await server.WhoAsync(old));

        elsewhere.Retire(new JsonWebToken(old).Kid);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("client:new", await server.WhoAsync(added));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + old);
    }

    [Fact]
    public async Task Each_service_is_for_its_role()
    {
        var client = Bearer(server.Issue(Role.Client, "acme"));
        var supplier = Bearer(server.Issue(Role.Supplier, "shop"));

        Assert.Equal("client:acme", (await server.Clients.PlaceOrderAsync(new PlaceOrderRequest(), client, cancellationToken: Stop)).Order.Client);
        Assert.Equal("supplier:shop", (await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), supplier, cancellationToken: Stop)).Order.Supplier);
        await GuardedServer.RefusedAsync("WRONG_ROLE", StatusCode.PermissionDenied, async () => await server.Clients.PlaceOrderAsync(new PlaceOrderRequest(), supplier, cancellationToken: Stop));
        await GuardedServer.RefusedAsync("WRONG_ROLE", StatusCode.PermissionDenied, async () => await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), client, cancellationToken: Stop));
    }

    [Fact]
    public async Task What_is_not_declared_open_is_closed_and_says_so_in_plain_http_too()
    {
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Assert.Equal("open", await http.GetStringAsync(new Uri(server.Address + "/open"), Stop));
        foreach (var path in new[] { "/plain", "/nowhere" })
        {
            using var answer = await http.GetAsync(new Uri(server.Address + path), Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer realm=\"ordergrpc\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.Contains("\"TOKEN_MISSING\"", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_token_reaches_the_log_at_any_level()
    {
        var good = server.Issue(Role.Client, "acme");
        await server.WhoAsync(good);
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {good}x");
        server.Registry.Revoke(new JsonWebToken(good).Id);
        await server.RefusedAsync("TOKEN_REVOKED", StatusCode.Unauthenticated, "Bearer " + good);

        var parts = good.Split('.');
        Assert.Contains("GetOrder", server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(parts[1], server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(parts[2], server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_past_the_limit_are_refused_and_other_callers_are_served()
    {
        var token = server.Issue(Role.Client, "acme");

        await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(
            new GetOrderRequest(), new Metadata { { "authorization", "Bearer " + token }, { "x", new string('a', ServerLimits.Default.Connections.HeaderBytes) } }, cancellationToken: Stop));
        Assert.Equal("client:acme", await server.WhoAsync(token));
    }

    [Fact]
    public void No_keys_of_the_framework_are_made_in_the_home_folder() =>
        Assert.DoesNotContain("DataProtection", server.Log.All, StringComparison.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };
}
