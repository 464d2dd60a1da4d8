using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>order check, quote check and realization check: how it stands, in words of the server.</summary>
public static class CheckCommands
{
    /// <summary>How the verification of the order stands.</summary>
    public static Command CreateOrder(Shell shell) => Create(
        shell,
        "order check",
        (queries, id, options) => queries.CheckOrderAsync(new CheckOrderRequest { OrderId = id }, options),
        answer => answer.Message);

    /// <summary>How the quote stands.</summary>
    public static Command CreateQuote(Shell shell) => Create(
        shell,
        "quote check",
        (queries, id, options) => queries.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id }, options),
        answer => answer.Message);

    /// <summary>How the realization stands.</summary>
    public static Command CreateRealization(Shell shell) => Create(
        shell,
        "realization check",
        (queries, id, options) => queries.CheckRealizationAsync(new CheckRealizationRequest { OrderId = id }, options),
        answer => answer.Message);

    private static Command Create<TResponse>(
        Shell shell,
        string path,
        Func<OrderQueryService.OrderQueryServiceClient, long, CallOptions, AsyncUnaryCall<TResponse>> check,
        Func<TResponse, string> message)
        where TResponse : IMessage
    {
        var id = OrderIdArgument.Make(shell.Texts);
        return shell.Verb(
            path,
            [id],
            async (session, parsed, cancellation) =>
            {
                var answer = await session.Calls.CallAsync(o => check(session.Connection.Queries, parsed.GetValue(id), o), cancellation);
                session.Printer.Result(answer, message(answer));
                return ExitCodes.Done;
            },
            path + " 1");
    }
}
