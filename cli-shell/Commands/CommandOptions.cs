using System.CommandLine;

namespace OrderGrpc.CliShell.Commands;

/// <summary>What every command that changes an order takes: its id, --request-id and --if-revision.</summary>
public sealed class CommandOptions
{
    private readonly Option<string> requestId;
    private readonly Option<long?> revision;

    public CommandOptions(Shell shell)
    {
        Id = OrderIdArgument.Make(shell.Texts);
        requestId = shell.Option("--request-id", "ID");
        revision = NumberOption.Make(shell.Texts, "--if-revision", "N", smallest: 1);
    }

    /// <summary>The order.</summary>
    public Argument<long> Id { get; }

    /// <summary>All of them, with what the command adds.</summary>
    public Symbol[] With(params Symbol[] more) => [Id, .. more, requestId, revision];

    /// <summary>The request's identity, made once for all its attempts where it is not given.</summary>
    public CommandIdentity Identity(ParseResult parsed, TimeProvider time)
    {
        var made = CommandIdentity.New(time, parsed.GetValue(revision));
        return parsed.GetValue(requestId) is { Length: > 0 } given ? made with { RequestId = given } : made;
    }
}
