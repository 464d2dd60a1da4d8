using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>
/// A data folder with orders 1 to 7 of client and supplier, and what those hold who should see
/// nothing of them. Each server on it is the real binary.
/// </summary>
public sealed class StrangersShop : IDisposable
{
    /// <summary>Stands in every text of the orders; nowhere else.</summary>
    public const string Marker = "Zanzibar";

    /// <summary>The last of the orders. The next id is as many digits long.</summary>
    public const long Existing = 7;

    /// <summary>An order that does not exist.</summary>
    public const long Missing = 8;

    public TestFolder Folder { get; } = new();

    /// <summary>Who calls, with which token.</summary>
    public IReadOnlyList<(string Who, string? Token)> Callers { get; private set; } = [];

    public static async Task<StrangersShop> MakeAsync()
    {
        var shop = new StrangersShop();
        await using var server = await ServerProcess.StartAsync(shop.Folder);
        using var client = server.Client();
        using var supplier = server.Supplier();
        for (var id = 1; id <= Existing; id++)
        {
            var request = Requests.Place(Marker);
            (request.Note, request.ClientReference, request.Customer.Name) = (Marker, Marker, Marker);
            await client.Client.PlaceOrderAsync(request);
        }

        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = Existing });
        await supplier.Supplier.DraftQuoteAsync(Requests.Draft(Existing));
        await supplier.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = Existing });
        shop.Callers =
        [
            ("nobody", null),
            ("expired token", shop.Issue(Role.Client, "client", TimeProvider.System.GetUtcNow().AddDays(-2), TimeSpan.FromDays(1))),
            ("other key", Forge(server.Token("client"))),
            ("client, as supplier", shop.Issue(Role.Supplier, "client")),
            ("supplier, as client", shop.Issue(Role.Client, "supplier")),
            ("other client", shop.Issue(Role.Client, "other")),
            ("other supplier", shop.Issue(Role.Supplier, "other")),
        ];
        Assert.Equal(0, await server.StopAsync());
        return shop;
    }

    /// <summary>A token as the operator issues it.</summary>
    public string Issue(Role role, string name, DateTimeOffset? at = null, TimeSpan? lifetime = null)
    {
        var time = new FakeTimeProvider(at ?? TimeProvider.System.GetUtcNow());
        return Folder.Identity(time, (keys, registry) => new TokenIssuer(keys, registry).IssueAsync(new Caller(role, name), lifetime));
    }

    public void Dispose() => Folder.Dispose();

    // As near as one gets without the key: the header and the claims of a good token, signed by another.
    private static string Forge(string good)
    {
        var token = new JsonWebToken(good);
        var key = new SymmetricSecurityKey(new byte[32]) { KeyId = token.Kid };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = token.Issuer,
            Audience = token.Audiences.Single(),
            Claims = new Dictionary<string, object> { ["jti"] = token.Id, ["sub"] = token.Subject, ["role"] = token.GetClaim("role").Value },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }
}
