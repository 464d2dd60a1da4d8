using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>
/// The five cases by the prompts of two inboxes that stay open, before a real server: on the way questions are
/// left for later, withdrawn as somebody answers elsewhere, and asked while the server is killed and started again.
/// </summary>
public sealed class FollowedCasesTests : IAsyncDisposable
{
    private const string No = "non";

    private static readonly Step Approve = new(Role.Supplier, Text.AskOrder, ["ok"], "order approve 1", "Commande 1 validée.");
    private static readonly Step Reject = new(Role.Supplier, Text.AskOrder, [No, "Trop loin"], "order reject 1", "Commande 1 invalidée.");
    private static readonly Step Draft = new(Role.Supplier, Text.AskAmount, ["38,50"], "quote draft 1 --amount 38.50", "Devis généré : quote_1.txt");
    private static readonly Step Send = new(Role.Supplier, Text.AskQuoteSupplier, ["ok"], "quote approve 1", "Devis 1 validé.");
    private static readonly Step Withhold = new(Role.Supplier, Text.AskQuoteSupplier, [No, ""], "quote reject 1", "Devis 1 non validé.");
    private static readonly Step Accept = new(Role.Client, Text.AskQuoteClient, ["ok"], "quote approve 1", "Devis 1 accepté.");
    private static readonly Step Decline = new(Role.Client, Text.AskQuoteClient, [No, ""], "quote reject 1", "Devis 1 refusé.");
    private static readonly Step Report = new(Role.Supplier, Text.AskRealized, ["ok"], "realization report 1", "Service associé à la commande 1 réalisé.");
    private static readonly Step SendBack = new(Role.Client, Text.AskRealizationClient, [No, "Le portail manque"], "realization reject 1", "Le service doit être reconsidéré.");
    private static readonly Step Confirm = new(Role.Client, Text.AskRealizationClient, ["ok"], "realization approve 1", "Service associé à la commande 1 validé.");

    private static readonly Dictionary<int, (Step[] Steps, string Ended)> Cases = new()
    {
        [1] = ([Approve, Draft, Send, Accept, Report, Confirm], "completed"),
        [2] = ([Reject], "rejected"),
        [3] = ([Approve, Draft, Withhold], "quote_withheld"),
        [4] = ([Approve, Draft, Send, Decline], "quote_declined"),
        [5] = ([Approve, Draft, Send, Accept, Report, SendBack, Report, Confirm], "completed"),
    };

    private readonly TestFolder folder = new();
    private readonly Texts texts = new(Language.Fr);
    private readonly Dictionary<Role, (RunningCli Run, Typed Typed)> inboxes = [];
    private ServerProcess server = null!;
    private CliRun cli = null!;

    private enum Between
    {
        LeftForLater,
        Restarted,
        AnsweredElsewhere,
    }

    /// <summary>Each case three times, so that each of its steps meets each thing that can come between.</summary>
    public static TheoryData<int, int> All() => [.. from number in Cases.Keys from shift in Enumerable.Range(0, 3) select (number, shift)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_case_goes_its_way_whatever_comes_between(int number, int shift)
    {
        server = await ServerProcess.StartAsync(folder);
        cli = new CliRun(server.Address, folder.Config) { ["LANG"] = "fr_FR.UTF-8" };
        await DoesAsync(Role.Client, "order place --name a --email a@b --line x");
        await OpenClientAsync();
        Open(Role.Supplier);
        foreach (var (index, step) in Cases[number].Steps.Index())
        {
            await TakeAsync(step, (Between)((index + shift) % 3));
        }

        await DoesAsync(Role.Client, "order wait 1 --for " + Cases[number].Ended);
        foreach (var role in new[] { Role.Client, Role.Supplier })
        {
            Assert.Equal(ExitCodes.Done, (await inboxes[role].Run.StopAsync()).ExitCode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (run, typed) in inboxes.Values)
        {
            run.Dispose();
            typed.Dispose();
        }

        await server.DisposeAsync();
        folder.Dispose();
    }

    private async Task TakeAsync(Step step, Between between)
    {
        var question = texts.Format(step.Question, 1);
        await inboxes[step.Role].Run.Error.ThenAsync(question);
        switch (between)
        {
            case Between.LeftForLater:
                // It is asked again at the next start, and only then: nothing happens to the order meanwhile.
                inboxes[step.Role].Typed.Type("passer");
                await inboxes[step.Role].Run.Error.ThenAsync(texts.Format(Text.QuestionSkipped, 1));
                Assert.Equal(ExitCodes.Done, (await inboxes[step.Role].Run.StopAsync()).ExitCode);
                inboxes[step.Role].Typed.Dispose();
                Open(step.Role);
                await inboxes[step.Role].Run.Error.ThenAsync(question);
                break;
            case Between.Restarted:
                await server.KillAsync();
                await inboxes[step.Role].Run.Error.ThenAsync("perdue ; reconnexion…");
                await inboxes[step.Role].Run.Error.ThenAsync(question);
                server = await ServerProcess.StartAsync(folder, server.Address);
                await inboxes[step.Role].Run.Error.ThenAsync("De nouveau connecté");
                await inboxes[step.Role].Run.Error.ThenAsync(question);
                break;
            case Between.AnsweredElsewhere:
                await DoesAsync(step.Role, step.Command);
                await inboxes[step.Role].Run.Error.ThenAsync(texts.Format(Text.QuestionWithdrawn, 1));
                return;
        }

        foreach (var line in step.Typed)
        {
            inboxes[step.Role].Typed.Type(line);
        }

        await inboxes[step.Role].Run.Output.ThenAsync(step.Done);
    }

    // A tool that has never reached the server ends where there is none. That this one has is seen by a
    // question of its own, which is withdrawn as its order ends.
    private async Task OpenClientAsync()
    {
        await DoesAsync(Role.Client, "order place --name a --email a@b --line x");
        await DoesAsync(Role.Supplier, "order approve 2");
        await DoesAsync(Role.Supplier, "quote draft 2 --amount 38");
        await DoesAsync(Role.Supplier, "quote approve 2");
        Open(Role.Client);
        await inboxes[Role.Client].Run.Error.ThenAsync(texts.Format(Text.AskQuoteClient, 2));
        await DoesAsync(Role.Client, "quote reject 2");
        await inboxes[Role.Client].Run.Error.ThenAsync(texts.Format(Text.QuestionWithdrawn, 2));
    }

    private void Open(Role role)
    {
        var typed = new Typed();
        inboxes[role] = (cli.Start(role, ["inbox", "--follow"], typed), typed);
    }

    private async Task DoesAsync(Role role, string command) => Assert.Equal((0, ""), Code(await cli.RunAsync(role, command.Split(' '))));

    private static (int, string) Code(CliResult result) => (result.ExitCode, result.ExitCode == 0 ? "" : result.Error);

    /// <summary>Who is asked what, what is typed, how the same is done elsewhere, and what a prompt prints.</summary>
    private sealed record Step(Role Role, Text Question, string[] Typed, string Command, string Done);
}
