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

    /// <summary>--data, for a command on a data folder.</summary>
    public static Option<string> DataOption() =>
        new("--data") { HelpName = "DIR", Description = $"The data folder. Default: {new ServerOptions().Data}" };

    /// <summary>The options of a command on what a server works with: its data folder or its database.</summary>
    public static IEnumerable<Option<string>> PlaceOptions() =>
    [
        DataOption(),
        new("--store") { HelpName = "STRING", Description = "The database of several servers, in place of a data folder: the server's own --store" },
        new("--store-password-file") { HelpName = "FILE", Description = "The file with its password" },
        new("--key-secret-file") { HelpName = "FILE", Description = "The secret under which keys are encrypted in it" },
    ];

    /// <summary>
    /// What a command works with. --data before its name counts as well: the server's own flag, which
    /// must not be silently passed over.
    /// </summary>
    public static ServerOptions PlaceOf(ParseResult parsed) => ServerOptions.Load(
        ServerOptions.Settings
            .Where(setting => setting.Name is nameof(ServerOptions.Data) or nameof(ServerOptions.Store) or nameof(ServerOptions.StorePasswordFile) or nameof(ServerOptions.KeySecretFile))
            .Select(setting => (setting.Name, Value: Given(parsed, ServerOptions.FlagOf(setting))))
            .Where(given => given.Value is not null)
            .ToDictionary(given => given.Name, given => given.Value!),
        Given(parsed, "--config"));

    // What an option was given, of the command or of one above it.
    private static string? Given(ParseResult parsed, string name)
    {
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if ((result as CommandResult)?.Children.OfType<OptionResult>().FirstOrDefault(option => option.Option.Name == name && !option.Implicit) is { } given)
            {
                return given.GetValueOrDefault<string>() ?? "";
            }
        }

        return null;
    }

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
