using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class ForgedTokenTests : IAsyncLifetime
{
    private readonly PrivateFolder data = new();
    private GuardedServer server = null!;

    public async ValueTask InitializeAsync() => server = await GuardedServer.StartAsync(data.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        data.Dispose();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.c2ln")]
    public async Task A_malformed_token_is_invalid(string token) =>
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + token);

    [Fact]
    public async Task A_token_past_the_limit_is_invalid() =>
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + new string('a', ServerLimits.Default.Tokens.TokenBytes) + ".b.c");

    [Fact]
    public async Task Whatever_is_changed_in_a_token_makes_it_invalid()
    {
        var token = server.Issue(Role.Client, "acme");
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]);

        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{Base64UrlEncoder.Encode(payload.Replace("client", "supplier", StringComparison.Ordinal))}.{parts[2]}");
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(new byte[32])}");
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {parts[0]}.{parts[1]}.");
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.");
        Assert.Equal("client:acme", await server.WhoAsync(token));
    }

    [Fact]
    public async Task Only_HS256_by_a_key_of_this_server_is_taken()
    {
        var genuine = new JsonWebToken(server.Issue(Role.Client, "acme"));
        var key = server.Keys.Newest;
        using var rsa = RSA.Create(2048);

        Assert.Equal("client:acme", await server.WhoAsync(Forge(genuine, key, SecurityAlgorithms.HmacSha256)));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)) { KeyId = key.KeyId }, SecurityAlgorithms.HmacSha256));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey(key.Key), SecurityAlgorithms.HmacSha256));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new SymmetricSecurityKey([.. key.Key, .. key.Key]) { KeyId = key.KeyId }, SecurityAlgorithms.HmacSha512));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, new RsaSecurityKey(rsa) { KeyId = key.KeyId }, SecurityAlgorithms.RsaSha256));

        var header = Base64UrlEncoder.Encode($$"""{"alg":"HS512","typ":"JWT","kid":"{{key.KeyId}}"}""");
        var signed = $"{header}.{genuine.EncodedPayload}";
        var signature = HMACSHA512.HashData(key.Key, Encoding.ASCII.GetBytes(signed));
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {signed}.{Base64UrlEncoder.Encode(signature)}");
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
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + Forge(genuine, server.Keys.Newest, SecurityAlgorithms.HmacSha256, (claim, value)));
    }

    [Fact]
    public async Task What_a_forged_token_says_reaches_no_log()
    {
        var forged = Forge(new JsonWebToken(server.Issue(Role.Client, "acme")), new SymmetricSecurityKey(new byte[32]) { KeyId = "\u001b[31mforged" }, SecurityAlgorithms.HmacSha256);
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, "Bearer " + forged);

        Assert.Contains("TOKEN_INVALID", server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", server.Log.All, StringComparison.Ordinal);
    }

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
}
