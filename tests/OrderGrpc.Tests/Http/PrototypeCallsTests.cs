using System.Text.Json;

namespace OrderGrpc.Tests.Http;

/// <summary>The four calls of the prototype, to the letter.</summary>
public sealed class PrototypeCallsTests(HttpShop shop) : IClassFixture<HttpShop>
{
    [Fact]
    public async Task An_order_is_placed_and_its_steps_are_checked_as_they_were_then()
    {
        var placed = await shop.AskAsync("POST", "/place_order", """{"name":"Jon Doe","email":"john@example.com"}""", "Accept-Language: fr");
        var id = placed.Json.GetProperty("order_id");
        Assert.Equal((200, JsonValueKind.Number), (placed.Status, id.ValueKind));
        Assert.Equal($$"""{"message":"Commande reçue, en attente de validation","order_id":{{id.GetInt64()}}}""", placed.Body);
        foreach (var (path, message) in new[]
        {
            ("check_order", "Commande reçue, en attente de validation"),
            ("check_quote", "Il n'y a pas encore de devis"),
            ("check_realization", "Le service n'a pas encore été réalisé, des étapes préliminaires doivent être effectuées"),
        })
        {
            var told = await shop.AskAsync("GET", $"/{path}/{id.GetInt64()}", null, "Accept-Language: fr");
            Assert.Equal($$"""{"message":"{{message}}"}""", told.Body);
        }
    }

    [Fact]
    public async Task What_is_missing_or_not_there_is_told()
    {
        var answer = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", "/place_order", """{"name":"Jon Doe"}"""));
        Assert.Equal("customer.email: is required", answer.Message);
        await shop.RefusedAsync(404, "ORDER_NOT_FOUND", () => shop.AskAsync("GET", "/check_order/999999"));
    }
}
