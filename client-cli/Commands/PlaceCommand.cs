using System.CommandLine;
using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>order place: what is ordered, as it was stored, and what to do next.</summary>
public sealed class PlaceCommand
{
    private readonly Option<string> name;
    private readonly Option<string> email;
    private readonly Option<string[]> lines;
    private readonly Option<string> reference;
    private readonly Option<string> note;
    private readonly Option<long?> replaces;
    private readonly Option<string> supplier;
    private readonly Option<string> requestId;

    private PlaceCommand(Shell shell)
    {
        name = shell.Option("--name", "NAME");
        email = shell.Option("--email", "ADDRESS");
        lines = shell.ManyOption("--line", "DESC[=QTY]");
        name.Required = email.Required = true;
        reference = shell.Option("--reference", "TEXT");
        note = shell.Option("--note", "TEXT");
        replaces = NumberOption.Make(shell.Texts, "--replaces", "ID", smallest: 1);
        supplier = shell.Option("--supplier", "NAME");
        requestId = shell.Option("--request-id", "ID");
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var it = new PlaceCommand(shell);
        return shell.Verb(
            ClientSteps.Place.Line,
            [it.name, it.email, it.lines, it.reference, it.note, it.replaces, it.supplier, it.requestId],
            it.RunAsync,
            ClientSteps.Place.Example);
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed, CancellationToken cancellation)
    {
        var request = new PlaceOrderRequest
        {
            Customer = new Customer { Name = parsed.GetValue(name), Email = parsed.GetValue(email) },
            ClientReference = parsed.GetValue(reference) ?? "",
            Note = parsed.GetValue(note) ?? "",
            ReplacesOrderId = parsed.GetValue(replaces) ?? 0,
            Supplier = parsed.GetValue(supplier) ?? "",
            RequestId = parsed.GetValue(requestId) is { Length: > 0 } given ? given : RequestIds.New(session.Dependencies.Time),
        };
        request.Lines.Add((parsed.GetValue(lines) ?? []).Select(line => LineText.ParseOrderLine(session.Texts, line)));
        var answer = await ClientSteps.Place.SendAsync(session, request, session.Calls, cancellation);
        if (!session.Printer.Json)
        {
            session.Printer.Notice(session.Texts.Format(Text.Next, session.ToType($"order wait {answer.Order.Id} --for quote_sent")));
        }

        return ExitCodes.Done;
    }
}
