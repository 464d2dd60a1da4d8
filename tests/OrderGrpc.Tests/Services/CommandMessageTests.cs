using OrderGrpc.Contract;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Services;

/// <summary>The line for people in the answer of every command.</summary>
public sealed class CommandMessageTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<Role, Command, string, string> Lines => new()
    {
        { Role.Client, Command.CancelOrder, "Order {0} cancelled.", "Commande {0} annulée." },
        { Role.Client, Command.ApproveQuote, "Quote {0} accepted.", "Devis {0} accepté." },
        { Role.Client, Command.RejectQuote, "Quote {0} declined.", "Devis {0} refusé." },
        { Role.Client, Command.RequestQuoteRevision, "Revision of quote {0} requested.", "Révision du devis {0} demandée." },
        { Role.Client, Command.ApproveRealization, "Service of order {0} approved.", "Service associé à la commande {0} validé." },
        {
            Role.Client, Command.RejectRealization, "Service of order {0} not approved. The service must be reconsidered.",
            "Service associé à la commande {0} non validé. Le service doit être reconsidéré."
        },
        { Role.Supplier, Command.ApproveOrder, "Order {0} approved. Notification sent to the client.", "Commande {0} validée. Notification envoyée au client." },
        { Role.Supplier, Command.RejectOrder, "Order {0} rejected. Notification sent to the client.", "Commande {0} invalidée. Notification envoyée au client." },
        { Role.Supplier, Command.DraftQuote, "Quote generated: quote_{0}.txt", "Devis généré : quote_{0}.txt" },
        { Role.Supplier, Command.ApproveQuote, "Quote {0} approved.", "Devis {0} validé." },
        { Role.Supplier, Command.RejectQuote, "Quote {0} not approved.", "Devis {0} non validé." },
        { Role.Supplier, Command.ReportRealization, "Service of order {0} realized.", "Service associé à la commande {0} réalisé." },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Every_command_says_what_was_done_in_its_callers_language(Role role, Command command, string english, string french)
    {
        var order = await shop.OrderInAsync(ProcessTable.Allowed.First(step => (step.Role, step.Command) == (role, command)).From);
        var request = ProcessTable.Request(role, command, order).With(("request_id", $"{role} {command}"));
        var first = await shop.Of(role).AnswerAsync(request);
        var again = await (role == Role.Client ? shop.ClientInFrench : shop.SupplierInFrench).AnswerAsync(request);
        Assert.Equal(english.Replace("{0}", order.Id.Text(), StringComparison.Ordinal), first.Message);
        Assert.Equal(french.Replace("{0}", order.Id.Text(), StringComparison.Ordinal), again.Message);
        Assert.Equal((first.Order, first.Position), (again.Order, again.Position));
    }

    [Fact]
    public async Task An_order_placed_says_so()
    {
        Assert.Equal("Order received, waiting to be verified", (await shop.Client.AnswerAsync(Requests.Place())).Message);
        Assert.Equal("Commande reçue, en attente de validation", (await shop.ClientInFrench.AnswerAsync(Requests.Place())).Message);
    }

    [Fact]
    public void Every_command_of_the_contract_has_a_line_on_the_tools() =>
        Assert.All(Enum.GetValues<Command>().Except([Command.Unspecified]), command => Assert.NotNull(CommandLines.Of(command)));
}
