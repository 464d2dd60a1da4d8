using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Reflection;

namespace OrderGrpc.Server;

/// <summary>The command line: the server itself, and what is done to its data.</summary>
public static class ServerCommand
{
    /// <summary>The root command; each flag is one of the settings of <see cref="ServerOptions"/>.</summary>
    public static RootCommand Build(Func<ServerOptions, CancellationToken, Task<int>> serve, params Command[] commands)
    {
        var flags = ServerOptions.Settings.ToDictionary(setting => setting, FlagFor);
        var config = new Option<string>("--config") { HelpName = "FILE", Recursive = true, Description = "A JSON file of settings, the flags' names as keys; nobody else may write it. Default: none" };
        var root = new RootCommand("The order process between a client and a supplier, over gRPC.");
        root.Options.Add(config);
        foreach (var flag in flags.Values)
        {
            root.Options.Add(flag);
        }

        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        root.SetAction((parsed, cancellation) => serve(
            ServerOptions.Load(flags
                .Where(flag => parsed.GetResult(flag.Value) is { Implicit: false })
                .ToDictionary(flag => flag.Key.Name, flag => ValueOf(parsed, flag.Value)), Given(parsed, "--config")),
            cancellation));
        return root;
    }

    /// <summary>The options of a command on the orders of a server: its data folder or its database.</summary>
    public static IEnumerable<Option<string>> OrdersOptions() =>
    [
        new("--data") { HelpName = "DIR", Description = $"The data folder. Default: {new ServerOptions().Data}" },
        new("--store") { HelpName = "STRING", Description = "The database of several servers, in place of a data folder: the server's own --store" },
        new("--store-password-file") { HelpName = "FILE", Description = "The file with its password" },
    ];

    /// <summary>Those of a command on its keys and tokens.</summary>
    public static IEnumerable<Option<string>> IdentityOptions() =>
        [.. OrdersOptions(), new("--key-secret-file") { HelpName = "FILE", Description = "The secret under which keys are encrypted in it" }];

    /// <summary>
    /// What a command works with. --data before its name counts as well: the server's own flag, which
    /// must not be silently passed over.
    /// </summary>
    /// <exception cref="StartException">A setting is not right, or is none of the command's.</exception>
    public static ServerOptions PlaceOf(ParseResult parsed)
    {
        RefuseOthers(parsed, ["--config", .. parsed.CommandResult.Command.Options.Select(option => option.Name)]);
        return ServerOptions.Load(
            ServerOptions.Settings
                .Select(setting => (setting.Name, Value: Given(parsed, ServerOptions.FlagOf(setting))))
                .Where(given => given.Value is not null)
                .ToDictionary(given => given.Name, given => given.Value!),
            Given(parsed, "--config"));
    }

    /// <summary>Refuses a setting of the server's that a command does not have: it would be silently passed over.</summary>
    /// <param name="parsed">The command.</param>
    /// <param name="taken">The settings that it has.</param>
    /// <exception cref="StartException">One is given.</exception>
    public static void RefuseOthers(ParseResult parsed, params string[] taken)
    {
        if (ServerOptions.Settings.Select(ServerOptions.FlagOf).Append("--config").Except(taken).FirstOrDefault(flag => Given(parsed, flag) is not null) is { } other)
        {
            throw new StartException($"{other} means nothing to 'server {NameOf(parsed.CommandResult)}' as it is here. Leave it out.");
        }
    }

    // What an option was given, of the command or of one above it.
    private static string? Given(ParseResult parsed, string name)
    {
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if ((result as CommandResult)?.Children.OfType<OptionResult>().FirstOrDefault(option => option.Option.Name == name && !option.Implicit) is { } given)
            {
                return given.Option is Option<string> ? given.GetValueOrDefault<string>() ?? "" : "true";
            }
        }

        return null;
    }

    // With its parents', but the root's: token issue.
    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult { Parent: not null } parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;

    private static Option FlagFor(PropertyInfo setting)
    {
        var description = setting.GetCustomAttribute<DescriptionAttribute>()!.Description.Split('|');
        var fallback = setting.GetValue(new ServerOptions());
        return setting.PropertyType == typeof(bool)
            ? new Option<bool>(ServerOptions.FlagOf(setting)) { Description = description[1] }
            : new Option<string>(ServerOptions.FlagOf(setting))
            {
                HelpName = description[0],
                Description = $"{description[1]} Default: {(fallback is null or "" ? "none" : fallback)}",
            };
    }

    private static string ValueOf(ParseResult parsed, Option flag) =>
        flag is Option<bool> boolean ? parsed.GetValue(boolean).ToString() : parsed.GetValue((Option<string>)flag) ?? "";
}
