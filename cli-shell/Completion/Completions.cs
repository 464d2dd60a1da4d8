using System.CommandLine;
using System.CommandLine.Completions;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>
/// What a shell is offered behind a word: states, choices, and the ids of the orders that a verb can
/// be about, asked of the server.
/// </summary>
public sealed class Completions(Shell shell)
{
    /// <summary>The most ids offered: a screen of them.</summary>
    public const int MostIds = 50;

    /// <summary>How long the server is waited for: whoever pressed Tab waits too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly Dictionary<string, string[]> Choices = new()
    {
        ["--output"] = ["text", "json", "jsonl", "csv", "tsv"],
        ["--lang"] = ["en", "fr"],
        ["--times"] = ["auto", "local", "utc"],
        ["--color"] = ["auto", "always", "never"],
        ["--waiting-on"] = ["client", "supplier", "nobody"],
    };

    /// <summary>Gives every option and argument of a tool what it offers.</summary>
    public static void AddTo(RootCommand root, Shell shell) => new Completions(shell).AddTo(root);

    private void AddTo(Command command)
    {
        foreach (var option in command.Options)
        {
            AddTo(option);
        }

        foreach (var argument in command.Arguments)
        {
            AddTo(command, argument);
        }

        foreach (var inner in command.Subcommands)
        {
            AddTo(inner);
        }
    }

    private void AddTo(Option option)
    {
        switch (option.Name)
        {
            case var name when Choices.TryGetValue(name, out var choices):
                option.CompletionSources.Add(choices);
                break;
            case "--state" or "--for":
                option.CompletionSources.Add(States);
                break;
            case "--context":
                option.CompletionSources.Add(_ => Contexts());
                break;
            case "--replaces":
                option.CompletionSources.Add(context => Ids(context, IsReplaceable));
                break;
        }
    }

    private void AddTo(Command command, Argument argument)
    {
        if (argument.Name == "ID")
        {
            argument.HelpName ??= argument.Name; // else help would show what is offered, and ask the server for it
            argument.CompletionSources.Add(context => Ids(context, order => !Changes(command) || order.AllowedCommands.Any(allowed => CommandLines.Of(allowed) == PathOf(command))));
        }
        else if (PathOf(command) is "context use" or "context remove")
        {
            argument.HelpName ??= argument.Name;
            argument.CompletionSources.Add(_ => Contexts());
        }
    }

    // A list is separated by commas: what is offered is the whole word with one more state.
    private static IEnumerable<CompletionItem> States(CompletionContext context)
    {
        var before = context.WordToComplete[..(context.WordToComplete.LastIndexOf(',') + 1)];
        return ContractNames.AllStates().Split(", ").Select(state => new CompletionItem(before + state));
    }

    // Whatever goes wrong, nothing is offered: a completion has no place for an error.
    private IEnumerable<CompletionItem> Ids(CompletionContext context, Func<Order, bool> isOffered)
    {
        try
        {
            using var session = new Session(shell.Role, shell.Options.Read(context.ParseResult, shell.Role, shell.Dependencies, shell.Texts), shell.Dependencies);
            var until = shell.Dependencies.Time.GetUtcNow() + Patience;
            return [.. List(session.Connection, until).Orders
                .Where(isOffered)
                .Select(order => new CompletionItem($"{order.Id}"))];
        }
        catch (Exception failure) when (failure is RpcException or CliException)
        {
            return [];
        }
    }

    private IEnumerable<CompletionItem> Contexts()
    {
        try
        {
            return [.. ContextFile.Read(shell.Role, shell.Dependencies, shell.Texts).All.Select(context => new CompletionItem(context.Name))];
        }
        catch (CliException)
        {
            return [];
        }
    }

    private static bool IsReplaceable(Order order) => order.WaitingOn == WaitingOn.Nobody && order.State != Order.Types.State.Completed;

    // Of the first server that is there.
    private static ListOrdersResponse List(Connection connection, DateTimeOffset until)
    {
        for (var left = connection.Servers.Count; ; left--)
        {
            var server = connection.Servers.Server;
            try
            {
                return connection.Queries.ListOrders(new ListOrdersRequest { PageSize = MostIds }, connection.Options(until.UtcDateTime, CancellationToken.None));
            }
            catch (RpcException failure) when (left > 1 && RetryPolicy.IsUnreachable(failure))
            {
                connection.Servers.GoOn(server, failure);
            }
        }
    }

    private static bool Changes(Command command) =>
        Enum.GetValues<V1.Command>().Any(known => CommandLines.Of(known) == PathOf(command));

    private static string PathOf(Command command) => $"{command.Parents.OfType<Command>().FirstOrDefault()?.Name} {command.Name}";
}
