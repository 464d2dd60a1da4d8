using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The five cases of the prototype, through both tools: by direct commands and by the prompts, in both languages.</summary>
public sealed class FiveCasesTests : ServedCli
{
    // Who does what, what is typed at the prompt instead, and what it prints.
    private static readonly Step Approve = new(Role.Supplier, "order approve 1", "ok", "Order 1 approved. Notification sent to the client.", "Commande 1 validée. Notification envoyée au client.");
    private static readonly Step Reject = new(Role.Supplier, "order reject 1", "non\n", "Order 1 rejected. Notification sent to the client.", "Commande 1 invalidée. Notification envoyée au client.");
    private static readonly Step Draft = new(Role.Supplier, "quote draft 1 --amount 38", "38", "Quote generated: quote_1.txt", "Devis généré : quote_1.txt");
    private static readonly Step Send = new(Role.Supplier, "quote approve 1", "ok", "Quote 1 approved.", "Devis 1 validé.");
    private static readonly Step Withhold = new(Role.Supplier, "quote reject 1", "non\n", "Quote 1 not approved.", "Devis 1 non validé.");
    private static readonly Step Accept = new(Role.Client, "quote approve 1", "ok", "Quote 1 accepted.", "Devis 1 accepté.");
    private static readonly Step Decline = new(Role.Client, "quote reject 1", "non\n", "Quote 1 declined.", "Devis 1 refusé.");
    private static readonly Step Report = new(Role.Supplier, "realization report 1", "ok", "Service of order 1 realized.", "Service associé à la commande 1 réalisé.");
    private static readonly Step SendBack = new(Role.Client, "realization reject 1", "non\n", "Service of order 1 not approved. The service must be reconsidered.", "Service associé à la commande 1 non validé. Le service doit être reconsidéré.");
    private static readonly Step Confirm = new(Role.Client, "realization approve 1", "ok", "Service of order 1 approved.", "Service associé à la commande 1 validé.");

    private static readonly Dictionary<int, (Step[] Steps, string Ended)> Cases = new()
    {
        [1] = ([Approve, Draft, Send, Accept, Report, Confirm], "completed"),
        [2] = ([Reject], "rejected"),
        [3] = ([Approve, Draft, Withhold], "quote_withheld"),
        [4] = ([Approve, Draft, Send, Decline], "quote_declined"),
        [5] = ([Approve, Draft, Send, Accept, Report, SendBack, Report, Confirm], "completed"),
    };

    public static TheoryData<int, string, bool> All()
    {
        var all = new TheoryData<int, string, bool>();
        foreach (var number in Cases.Keys)
        {
            foreach (var language in new[] { "en", "fr" })
            {
                all.Add(number, language, false);
                all.Add(number, language, true);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_case_goes_its_way_and_says_so(int number, string language, bool byPrompts)
    {
        await ClientDoesAsync(Place);
        var french = language == "fr";
        var realized = false;
        foreach (var step in Cases[number].Steps)
        {
            var result = byPrompts
                ? await Cli.RunAsync(step.Role, ["--lang", language, "inbox", "--follow"], step.Typed + "\n")
                : await Cli.RunAsync(step.Role, ["--lang", language, .. step.Command.Split(' ')]);
            Assert.Equal((0, (french ? step.French : step.English) + "\n"), (result.ExitCode, result.Output));
            realized = step == Report || step == Confirm || (realized && step != SendBack);
            Assert.Equal(Realization(realized, french) + "\n", await ClientDoesAsync("--lang", language, "realization", "check", "1"));
        }

        await ClientDoesAsync("order", "wait", "1", "--for", Cases[number].Ended);
    }

    private static string Realization(bool done, bool french) => (done, french) switch
    {
        (true, true) => "Le service a été réalisé",
        (false, true) => "Le service n'a pas encore été réalisé, des étapes préliminaires doivent être effectuées",
        (true, false) => "The service was realized",
        _ => "The service is not realized yet, earlier steps must be done first",
    };

    private sealed record Step(Role Role, string Command, string Typed, string English, string French);
}
