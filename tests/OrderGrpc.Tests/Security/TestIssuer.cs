using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrderGrpc.Tests.Security;

/// <summary>An OpenID Connect issuer on loopback: a discovery document, its keys, and tokens signed by them.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private RSA rsa = RSA.Create(2048);
    private int keyNumber = 1;

    private TestIssuer(WebApplication app) => this.app = app;

    public string Authority { get; private set; } = "";

    public RsaSecurityKey Key => new(rsa) { KeyId = $"rsa-{keyNumber}" };

    public static async Task<TestIssuer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = issuer.Authority, jwks_uri = issuer.Authority + "/keys" }));
        app.MapGet("/keys", issuer.Keys);
        await app.StartAsync(TestContext.Current.CancellationToken);
        issuer.Authority = app.Urls.First();
        return issuer;
    }

    public void Rotate()
    {
        rsa = RSA.Create(2048);
        keyNumber++;
    }

    public string Issue(DateTimeOffset now, params (string Name, object? Value)[] changes) =>
        Issue(new SigningCredentials(Key, SecurityAlgorithms.RsaSha256), now, changes);

    /// <summary>A good token of an hour with a header of its own, signed over it.</summary>
    public string IssueWith(string header, object value, DateTimeOffset now)
    {
        var headers = new Dictionary<string, object> { ["alg"] = "RS256", ["kid"] = Key.KeyId, ["typ"] = "JWT", [header] = value };
        var signed = Base64UrlEncoder.Encode(System.Text.Json.JsonSerializer.Serialize(headers)) + "." + Issue(now).Split('.')[1];
        return signed + "." + Base64UrlEncoder.Encode(rsa.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>A good token of an hour, but for the changes; a claim changed to null is left out.</summary>
    public string Issue(SigningCredentials? signing, DateTimeOffset now, params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Authority,
            ["aud"] = "orders",
            ["sub"] = "acme",
            ["role"] = "client",
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in changes)
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor { Claims = claims, SigningCredentials = signing });
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(false)) { KeyId = $"rsa-{keyNumber}" });
        return Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig", alg = "RS256" } } });
    }
}
