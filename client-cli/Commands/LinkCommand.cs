using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>order link: a link to one order, to be given to somebody. Nothing else is on stdout, so that it can be sent on.</summary>
public static class LinkCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var id = OrderIdArgument.Make(shell.Texts);
        return shell.Verb(
            "order link",
            [id],
            async (session, parsed, cancellation) =>
            {
                var request = new CreateOrderLinkRequest { OrderId = parsed.GetValue(id) };
                var link = await session.Calls.CallAsync(o => session.Connection.Client.CreateOrderLinkAsync(request, o), cancellation);
                session.Printer.Result(link, link.Url.Length > 0 ? link.Url : link.Token);
                session.Printer.Notice(link.ExpireTime is { } end
                    ? session.Texts.Format(Text.LinkUntil, request.OrderId, TimeText.Format(end))
                    : session.Texts.Format(Text.LinkNote, request.OrderId));
                return ExitCodes.Done;
            },
            "order link 1");
    }
}
