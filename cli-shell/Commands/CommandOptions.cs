using System.CommandLine;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell.Commands;

/// <summary>What every command that changes an order takes: its id, --request-id and --if-revision.</summary>
public sealed class CommandOptions
{
    private readonly Argument<long> id;
    private readonly Option<string> requestId;
    private readonly Option<long?> revision;

    public CommandOptions(Shell shell)
    {
        id = OrderIdArgument.Make(shell.Texts);
        requestId = shell.Option("--request-id", "ID");
        revision = NumberOption.Make(shell.Texts, "--if-revision", "N", smallest: 1);
    }

    /// <summary>All of them, with what the command adds.</summary>
    public Symbol[] With(params Symbol[] more) => [id, .. more, requestId, revision];

    /// <summary>The request with what all have; its id is made here where none is given.</summary>
    public TRequest Request<TRequest>(ParseResult parsed, TimeProvider time)
        where TRequest : IOrderCommand, new()
    {
        var request = new TRequest
        {
            OrderId = parsed.GetValue(id),
            RequestId = parsed.GetValue(requestId) is { Length: > 0 } given ? given : RequestIds.New(time),
        };
        if (parsed.GetValue(revision) is { } seen)
        {
            request.ExpectedRevision = seen;
        }

        return request;
    }
}
