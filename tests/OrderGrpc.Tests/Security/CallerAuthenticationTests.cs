using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Security;
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
            Assert.Equal("client:acme", await WhoAsync(client));
            Assert.Equal("supplier:шоп-1", await WhoAsync(supplier));
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
        await RefusedAsync("TOKEN_MISSING", StatusCode.Unauthenticated, header);
    }

    [Fact]
    public async Task The_refusal_is_in_the_language_of_the_caller()
    {
        var headers = new Metadata { { "accept-language", "fr" } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(new GetOrderRequest(), headers, cancellationToken: Stop));

        Assert.Equal("fr", refused.GetRpcStatus()!.GetDetail<LocalizedMessage>()!.Locale);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.c2ln")]
    public async Task A_malformed_token_is_invalid(string token) =>
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + token);

    [Fact]
    public async Task A_token_past_the_limit_is_invalid() =>
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + new string('a', 9000) + ".b.c");

    [Fact]
    public async Task Whatever_is_changed_in_a_token_makes_it_invalid()
    {
        var token = server.Issue(Role.Client, "acme");
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]);

        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{Base64UrlEncoder.Encode(payload.Replace("client", "supplier", StringComparison.Ordinal))}.{parts[2]}");
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(new byte[32])}");
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{parts[1]}.");
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.");
        Assert.Equal("client:acme", await WhoAsync(token));
    }

    [Fact]
    public async Task Only_HS256_by_a_key_of_this_server_is_taken()
    {
        var genuine = new JsonWebToken(server.Issue(Role.Client, "acme"));
        var key = server.Keys.Newest;
        using var rsa = RSA.Create(2048);

        Assert.Equal("client:acme", await WhoAsync(Forge(genuine, key, SecurityAlgorithms.HmacSha256)));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)) { KeyId = key.KeyId }, SecurityAlgorithms.HmacSha256));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey(key.Key), SecurityAlgorithms.HmacSha256));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey([.. key.Key, .. key.Key]) { KeyId = key.KeyId }, SecurityAlgorithms.HmacSha512));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new RsaSecurityKey(rsa) { KeyId = key.KeyId }, SecurityAlgorithms.RsaSha256));

        var header = Base64UrlEncoder.Encode($$"""{"alg":"HS512","typ":"JWT","kid":"{{key.KeyId}}"}""");
        var signed = $"{header}.{genuine.EncodedPayload}";
        var signature = HMACSHA512.HashData(key.Key, Encoding.ASCII.GetBytes(signed));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {signed}.{Base64UrlEncoder.Encode(signature)}");
    }

    [Theory]
    [InlineData("iss", "somebody")]
    [InlineData("aud", "another")]
    [InlineData("jti", "0000000000000000")]
    [InlineData("sub", "another")]
    [InlineData("role", "supplier")]
    [InlineData("role", "admin")]
    [InlineData("iss", null)]
    [InlineData("aud", null)]
    [InlineData("jti", null)]
    [InlineData("sub", null)]
    [InlineData("role", null)]
    public async Task A_signed_token_that_is_not_what_the_registry_knows_is_invalid(string claim, string? value)
    {
        var genuine = new JsonWebToken(server.Issue(Role.Client, "acme"));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, server.Keys.Newest, SecurityAlgorithms.HmacSha256, (claim, value)));
    }

    [Fact]
    public async Task A_token_holds_until_its_last_second_and_not_beyond_also_when_it_was_seen_before()
    {
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromHours(1));

        server.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal("client:acme", await WhoAsync(token));
        server.Time.Advance(TimeSpan.FromTicks(1));
        await RefusedAsync("TOKEN_EXPIRED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Fact]
    public async Task A_token_that_was_never_seen_before_it_expired_is_told_so()
    {
        var token = server.Issue(Role.Client, "acme", TimeSpan.FromHours(1));
        server.Time.Advance(TimeSpan.FromDays(1));
        await RefusedAsync("TOKEN_EXPIRED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_revoked_elsewhere_is_refused_within_a_second(bool seenBefore)
    {
        var token = server.Issue(Role.Client, "acme");
        if (seenBefore)
        {
            Assert.Equal("client:acme", await WhoAsync(token));
        }

        TokenRegistry.Open(data.Path, server.Time).Revoke(new JsonWebToken(token).Id);
        server.Time.Advance(TimeSpan.FromSeconds(1));

        await RefusedAsync("TOKEN_REVOKED", StatusCode.Unauthenticated, "Bearer " + token);
    }

    [Fact]
    public async Task A_token_issued_elsewhere_under_a_new_key_is_taken_at_once_and_refused_once_the_key_is_retired()
    {
        var old = server.Issue(Role.Client, "old");
        var elsewhere = SigningKeys.Open(data.Path);
        elsewhere.Rotate();
        var added = new TokenIssuer(elsewhere, TokenRegistry.Open(data.Path, server.Time)).Issue(new(Role.Client, "new"));

        Assert.Equal("client:new", await WhoAsync(added));
        Assert.Equal("client:old", await WhoAsync(old));

        elsewhere.Retire(new JsonWebToken(old).Kid);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("client:new", await WhoAsync(added));
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + old);
    }

    [Fact]
    public async Task Each_service_is_for_its_role()
    {
        var client = Bearer(server.Issue(Role.Client, "acme"));
        var supplier = Bearer(server.Issue(Role.Supplier, "shop"));

        Assert.Equal("client:acme", (await server.Clients.PlaceOrderAsync(new PlaceOrderRequest(), client, cancellationToken: Stop)).Order.Client);
        Assert.Equal("supplier:shop", (await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), supplier, cancellationToken: Stop)).Order.Supplier);
        await RefusedAsync("WRONG_ROLE", StatusCode.PermissionDenied, async () => await server.Clients.PlaceOrderAsync(new PlaceOrderRequest(), supplier, cancellationToken: Stop));
        await RefusedAsync("WRONG_ROLE", StatusCode.PermissionDenied, async () => await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), client, cancellationToken: Stop));
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
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            Assert.Equal("", await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task No_token_reaches_the_log_at_any_level()
    {
        var good = server.Issue(Role.Client, "acme");
        await WhoAsync(good);
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {good}x");
        server.Registry.Revoke(new JsonWebToken(good).Id);
        await RefusedAsync("TOKEN_REVOKED", StatusCode.Unauthenticated, "Bearer " + good);

        var parts = good.Split('.');
        Assert.Contains("GetOrder", server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(parts[1], server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(parts[2], server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_forged_token_says_reaches_no_log()
    {
        var forged = Forge(new JsonWebToken(server.Issue(Role.Client, "acme")), new SymmetricSecurityKey(new byte[32]) { KeyId = "\u001b[31mforged" }, SecurityAlgorithms.HmacSha256);
        await RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + forged);

        Assert.Contains("TOKEN_INVALID", server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public void No_keys_of_the_framework_are_made_in_the_home_folder() =>
        Assert.DoesNotContain("DataProtection", server.Log.All, StringComparison.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };

    private static string Forge(JsonWebToken genuine, SecurityKey key, string algorithm, (string Name, string? Value)? change = null)
    {
        var claims = genuine.Claims.Where(claim => claim.Type != "iat").ToDictionary(claim => claim.Type, claim => (object)claim.Value);
        if (change is { } c)
        {
            claims.Remove(c.Name);
            if (c.Value is not null)
            {
                claims[c.Name] = c.Value;
            }
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor { Claims = claims, SigningCredentials = new SigningCredentials(key, algorithm) });
    }

    private async Task<string> WhoAsync(string token) =>
        (await server.Queries.GetOrderAsync(new GetOrderRequest(), Bearer(token), cancellationToken: Stop)).Order.Client;

    private Task RefusedAsync(string reason, StatusCode code, string? header) => RefusedAsync(reason, code, async () =>
        await server.Queries.GetOrderAsync(new GetOrderRequest(), header is null ? [] : new Metadata { { "authorization", header } }, cancellationToken: Stop));

    private static async Task RefusedAsync(string reason, StatusCode code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, refused.StatusCode);
        var status = refused.GetRpcStatus()!;
        Assert.Equal((int)code, status.Code);
        Assert.Equal(refused.Status.Detail, status.Message);
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal(("ordergrpc", reason), (info.Domain, info.Reason));
        Assert.Empty(info.Metadata);
        Assert.DoesNotContain("eyJ", Encoding.UTF8.GetString(refused.Trailers.GetValueBytes("grpc-status-details-bin")!), StringComparison.Ordinal);
    }
}
