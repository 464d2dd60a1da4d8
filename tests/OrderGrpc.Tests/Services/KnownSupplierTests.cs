using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Services;

/// <summary>Orders that nobody would ever see.</summary>
public sealed class KnownSupplierTests
{
    private static readonly TimeSpan UntilLooked = TimeSpan.FromSeconds(1); // the server looks every second at what was issued

    [Fact]
    public async Task A_supplier_that_nobody_is_is_refused_and_the_default_supplier_is_not()
    {
        await using var server = await StartAsync(SupplierCheck.Auto);
        using var client = server.Client();
        using var french = server.Client("fr");
        var refused = await Refused.By(client.Client.PlaceOrderAsync(For("nobodyhere")));
        Assert.Equal(("INVALID_FIELD", "supplier: takes no orders here"), (refused.Reason, refused.Localized));
        Assert.Equal(["supplier"], refused.Fields);
        Assert.Equal("supplier: ne prend pas de commandes ici", (await Refused.By(french.Client.PlaceOrderAsync(For("nobodyhere")))).Localized);
        Assert.Equal(1, (await client.PlaceAsync()).Id);
        Assert.Equal("supplier", (await client.Client.PlaceOrderAsync(For("supplier"))).Order.Supplier);
    }

    [Fact]
    public async Task A_supplier_is_known_once_it_has_a_token_and_a_client_of_that_name_is_none()
    {
        await using var server = await StartAsync(SupplierCheck.Tokens);
        using var client = server.Client();
        server.Issue(Role.Client, "smith");
        server.Time.Advance(UntilLooked);
        await Refused.By(client.Client.PlaceOrderAsync(For("smith")));
        server.Issue(Role.Supplier, "smith");
        server.Time.Advance(UntilLooked);
        Assert.Equal("smith", (await client.Client.PlaceOrderAsync(For("smith"))).Order.Supplier);
    }

    [Fact]
    public async Task A_supplier_whose_tokens_are_revoked_takes_no_orders_any_more()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        using var smith = await server.OtherAsync("supplier", "smith");
        using var watch = new Watch(smith, new WatchOrdersRequest { Now = true });
        await watch.BegunAsync();
        Assert.Equal("smith", (await client.Client.PlaceOrderAsync(For("smith"))).Order.Supplier);
        var id = folder.Identity(TimeProvider.System, (_, registry) => ValueTask.FromResult(registry.Tokens.Single(token => token.Caller.Name == "smith").Id));
        Assert.Equal(0, (await ServerProcess.RunAsync(folder, ["token", "revoke", id, .. folder.Place])).ExitCode);
        Assert.Equal("TOKEN_REVOKED", Refused.Of(await watch.ErrorAsync()).Reason); // within the second in which the server looks
        Assert.Equal("INVALID_FIELD", (await Refused.By(client.Client.PlaceOrderAsync(For("smith")))).Reason);
    }

    [Fact]
    public async Task With_the_setting_any_every_name_is_taken()
    {
        await using var server = await StartAsync(SupplierCheck.Any);
        using var client = server.Client();
        Assert.Equal("nobodyhere", (await client.Client.PlaceOrderAsync(For("nobodyhere"))).Order.Supplier);
    }

    private static Task<TestServer> StartAsync(SupplierCheck check) => TestServer.StartAsync(options => options.KnownSuppliers = check);

    private static PlaceOrderRequest For(string supplier) => Requests.Place().With(("supplier", supplier));
}
