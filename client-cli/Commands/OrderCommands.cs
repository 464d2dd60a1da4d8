using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>The client's own verbs of order: place and cancel.</summary>
public static class OrderCommands
{
    /// <summary>Places an order.</summary>
    public static Command CreatePlace(Shell shell)
    {
        var name = shell.Option("--name", "NAME");
        var email = shell.Option("--email", "ADDRESS");
        var lines = shell.ManyOption("--line", "DESC[=QTY]");
        name.Required = email.Required = lines.Required = true;
        var reference = shell.Option("--reference", "TEXT");
        var note = shell.Option("--note", "TEXT");
        var replaces = NumberOption.Make(shell.Texts, "--replaces", "ID", smallest: 1);
        var supplier = shell.Option("--supplier", "NAME");
        var requestId = shell.Option("--request-id", "ID");
        return shell.Verb(
            "order place",
            [name, email, lines, reference, note, replaces, supplier, requestId],
            async (session, parsed, cancellation) =>
            {
                var request = new PlaceOrderRequest
                {
                    Customer = new Customer { Name = parsed.GetValue(name), Email = parsed.GetValue(email) },
                    ClientReference = parsed.GetValue(reference) ?? "",
                    Note = parsed.GetValue(note) ?? "",
                    ReplacesOrderId = parsed.GetValue(replaces) ?? 0,
                    Supplier = parsed.GetValue(supplier) ?? "",
                    RequestId = parsed.GetValue(requestId) is { Length: > 0 } given ? given : CommandIdentity.New(session.Dependencies.Time).RequestId,
                };
                request.Lines.Add(parsed.GetValue(lines)!.Select(LineText.ParseOrderLine));
                await new ClientActions(session, session.Calls).PlaceAsync(request, cancellation);
                return ExitCodes.Done;
            },
            "order place --name \"Jon Doe\" --email john@example.com --line \"Garden fence\" --line \"Gate=2\"");
    }

    /// <summary>Withdraws an order.</summary>
    public static Command CreateCancel(Shell shell)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        return shell.Verb(
            "order cancel",
            options.With(reason),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new ClientActions(session, session.Calls).CancelAsync(parsed.GetValue(options.Id), identity, parsed.GetValue(reason) ?? "", cancellation);
                return ExitCodes.Done;
            },
            "order cancel 1 --reason \"No longer needed\"");
    }
}
