using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>inbox --follow, answered through a pipe.</summary>
public sealed class InboxTests : ServedCli
{
    private static readonly string[] Follow = ["--lang", "fr", "inbox", "--follow"];

    [Fact]
    public async Task A_supplier_is_asked_step_by_step_until_the_input_ends()
    {
        await ClientDoesAsync(Place);
        var result = await Cli.RunAsync(Role.Supplier, Follow, "peut-être\nOK\n38,5\n38.50\nok\n");
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(
            "Commande 1 validée. Notification envoyée au client.\nDevis généré : quote_1.txt\nDevis 1 validé.\n",
            result.Output);
        Assert.Contains("Vérifier la commande 1. Tapez 'ok' pour valider, 'non' pour invalider:", result.Error, StringComparison.Ordinal);
        Assert.Contains("Montant du devis pour la commande 1 (ex. 38 ou 38 EUR):", result.Error, StringComparison.Ordinal);
        Assert.Contains("Vérifier le devis 1. Tapez 'ok' pour valider, 'non' pour invalider:", result.Error, StringComparison.Ordinal);
        Assert.Contains("cost: 38.50 EUR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_taken_as_far_as_it_goes_before_the_next()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        var result = await Cli.RunAsync(Role.Supplier, Follow, "ok\n38\nok\nnon\n");
        Assert.Equal(
            "Commande 1 validée. Notification envoyée au client.\nDevis généré : quote_1.txt\nDevis 1 validé.\nCommande 2 invalidée. Notification envoyée au client.\n",
            result.Output);
    }

    [Fact]
    public async Task A_client_is_asked_for_quote_and_realization()
    {
        await SendQuoteAsync();
        var quote = await Cli.RunAsync(Role.Client, Follow, "ok\n");
        Assert.Equal("Devis 1 accepté.\n", quote.Output);
        Assert.Contains(
            "Le devis associé à la commande 1 a été généré et validé, veuillez le consulter et tapez 'ok' pour le valider, 'non' pour invalider:",
            quote.Error,
            StringComparison.Ordinal);
        Assert.Equal("Service associé à la commande 1 réalisé.\n", (await Cli.RunAsync(Role.Supplier, Follow, "ok\n")).Output);
        var sentBack = await Cli.RunAsync(Role.Client, Follow, "non\nLe portail manque\n");
        Assert.Equal("Service associé à la commande 1 non validé. Le service doit être reconsidéré.\n", sentBack.Output);
        Assert.Contains(
            "Le service associé à la commande 1 a-t-il été réalisé comme convenu ? Tapez 'ok' pour valider, 'non' pour invalider:",
            sentBack.Error,
            StringComparison.Ordinal);
        Assert.Contains("Le portail manque", await SupplierDoesAsync("order", "show", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_without_a_reason_is_an_answer_too()
    {
        await ClientDoesAsync(Place);
        Assert.Equal(
            "Commande 1 invalidée. Notification envoyée au client.\n",
            (await Cli.RunAsync(Role.Supplier, Follow, "no\n")).Output);
    }

    [Fact]
    public async Task Orders_are_asked_about_by_id_and_as_they_arrive()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Supplier, Follow, typed);
        await follow.Error.ContainsAsync("Vérifier la commande 1.");
        typed.Type("non");
        typed.Type("");
        await follow.Error.ContainsAsync("Vérifier la commande 2.");
        typed.Type("non");
        typed.Type("");
        await follow.Output.ContainsAsync("Commande 2 invalidée.");
        await ClientDoesAsync(Place);
        await follow.Error.ContainsAsync("Vérifier la commande 3.");
        typed.End();
        Assert.Equal(ExitCodes.Done, (await follow.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_refusal_because_somebody_acted_meanwhile_is_told_and_work_goes_on()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Supplier, Follow, typed);
        await follow.Error.ContainsAsync("Vérifier la commande 1.");
        await ClientDoesAsync("order", "cancel", "1");
        typed.Type("ok");
        await follow.Error.ContainsAsync("Erreur : ");
        await follow.Error.ContainsAsync("Vérifier la commande 2.");
        typed.Type("ok");
        await follow.Output.ContainsAsync("Commande 2 validée.");
        typed.End();
        Assert.Equal(ExitCodes.Done, (await follow.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Ctrl_C_and_an_empty_input_end_it_with_0()
    {
        Assert.Equal(ExitCodes.Done, (await Cli.RunAsync(Role.Client, Follow)).ExitCode);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Client, Follow, typed);
        await follow.Error.ContainsAsync("En attente de travail");
        Assert.Equal(ExitCodes.Done, (await follow.StopAsync()).ExitCode);
    }

    private async Task SendQuoteAsync()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        await SupplierDoesAsync("quote", "approve", "1");
    }
}
