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
        var result = await Cli.RunAsync(Role.Supplier, Follow, "peut-être\nOK\n38,999\n38,50\nok\n");
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
        var result = await Cli.RunAsync(Role.Supplier, Follow, "ok\n38\nok\nnon\n\n");
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
    public async Task No_without_a_reason_is_an_answer_and_the_end_of_the_input_is_none()
    {
        await ClientDoesAsync(Place);
        Assert.Equal("", (await Cli.RunAsync(Role.Supplier, Follow, "no\n")).Output);
        Assert.Equal("Order 1: PLACED\n", await ClientDoesAsync("order", "wait", "1", "--for", "placed"));
        Assert.Equal(
            "Commande 1 invalidée. Notification envoyée au client.\n",
            (await Cli.RunAsync(Role.Supplier, Follow, "no\n\n")).Output);
    }

    [Fact]
    public async Task A_question_can_be_left_and_the_next_order_is_asked_about()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        var result = await Cli.RunAsync(Role.Supplier, Follow, "passer\nok\ngratuit\nskip\n");
        Assert.Equal("Commande 2 validée. Notification envoyée au client.\nDevis généré : quote_2.txt\n", result.Output);
        Assert.Contains("La commande 1 est laissée pour plus tard", result.Error, StringComparison.Ordinal);
        Assert.Contains("cost: 0 EUR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_at_the_amount_rejects_the_order_where_that_may_be()
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", "1");
        var order = Order.Parser.ParseJson(await SupplierDoesAsync("order", "show", "1", "--output", "json"));
        var result = await Cli.RunAsync(Role.Supplier, Follow, "non\nTrop loin\n");
        var mayReject = order.AllowedCommands.Contains(Command.RejectOrder);
        Assert.Equal(mayReject ? "Commande 1 invalidée. Notification envoyée au client.\n" : "", result.Output);
    }

    [Fact]
    public async Task A_question_is_withdrawn_when_its_order_was_handled_elsewhere_and_its_answer_is_for_no_other()
    {
        await ClientDoesAsync(Place);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Supplier, Follow, typed);
        await follow.Error.ContainsAsync("Vérifier la commande 1.");
        await SupplierDoesAsync("order", "reject", "1");
        await follow.Error.ContainsAsync("La question sur la commande 1 n'a plus lieu d'être");
        await ClientDoesAsync(Place);
        await follow.Error.ContainsAsync("Vérifier la commande 2.");
        typed.Type("ok");
        await follow.Output.ContainsAsync("Commande 2 validée.");
        typed.End();
        Assert.DoesNotContain("Commande 1", (await follow.EndAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_told_of_approvals_and_refusals_as_they_happen()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Client, Follow, typed);
        await follow.Error.ContainsAsync("En attente de travail");
        await WatchingAsync(follow);
        await SupplierDoesAsync("order", "approve", "1");
        await follow.Error.ContainsAsync("La commande 1 a été validée par le fournisseur.");
        await SupplierDoesAsync("order", "reject", "2", "--reason", "Trop loin");
        await follow.Error.ContainsAsync("La commande 2 a été invalidée par le fournisseur. Raison : Trop loin");
        typed.End();
        Assert.Equal((ExitCodes.Done, ""), ((await follow.EndAsync()).ExitCode, follow.Output.ToString()));
    }

    [Fact]
    public async Task Another_quote_can_be_asked_for_at_the_question_about_one()
    {
        await SendQuoteAsync();
        var result = await Cli.RunAsync(Role.Client, Follow, "autre\nMoins cher\n");
        Assert.Equal("Révision du devis 1 demandée.\n", result.Output);
        Assert.Contains("'non' pour invalider:\nRéponse: ", result.Error, StringComparison.Ordinal);
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
    public async Task An_order_that_somebody_ended_meanwhile_is_told_and_work_goes_on()
    {
        await ClientDoesAsync(Place);
        await ClientDoesAsync(Place);
        using var typed = new Typed();
        using var follow = Cli.Start(Role.Supplier, Follow, typed);
        await follow.Error.ContainsAsync("Vérifier la commande 1.");
        await ClientDoesAsync("order", "cancel", "1");
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

    // An event that comes before the snapshot is whole is told by neither; a third order's is told when it is.
    private async Task WatchingAsync(RunningCli follow)
    {
        await SendQuoteAsync("3");
        await follow.Error.ContainsAsync("Le devis associé à la commande 3");
    }

    private async Task SendQuoteAsync(string id)
    {
        await ClientDoesAsync(Place);
        await SupplierDoesAsync("order", "approve", id);
        await SupplierDoesAsync("quote", "draft", id, "--amount", "38");
        await SupplierDoesAsync("quote", "approve", id);
    }

    private Task SendQuoteAsync() => SendQuoteAsync("1");
}
