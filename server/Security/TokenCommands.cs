using System.CommandLine;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// server token: tokens and keys of a data folder, also while a server runs on it, which then
/// follows within a second. Only what was asked for goes to stdout; a token is never an argument.
/// </summary>
public static class TokenCommands
{
    /// <summary>The command and its verbs.</summary>
    public static Command Build(TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        return new Command("token", "Issue, list and revoke tokens, and change the keys that sign them.")
        {
            Issue(clock), List(clock), Revoke(clock), RotateKey(), RetireKey(),
        };
    }

    private static Command Issue(TimeProvider time)
    {
        var role = new Option<string>("--role") { Required = true, Description = "client or supplier." };
        role.AcceptOnlyFromAmong("client", "supplier");
        var name = new Option<string>("--name") { Required = true, HelpName = "NAME", Description = "Whose token it is." };
        var expires = new Option<string>("--expires") { HelpName = "TIME", Description = "How long it holds, such as 90d or 12h. Default: for ever." };
        var file = new Option<string>("--out") { HelpName = "FILE", Description = "Write it to a file that only its owner can read, in place of one that is there." };
        return Verb("issue", "Print a new token on stdout, and nothing else.", [role, name, expires, file], (parsed, data) =>
        {
            var lifetime = parsed.GetValue(expires) is { } text
                ? TokenLifetime.Parse(text) ?? throw new StartException($"--expires takes a time such as 90d, 12h or 30m, at most {TokenLimits.MaxTokenLifetime.Days}d.")
                : (TimeSpan?)null;
            StartRules.PrepareData(data);
            var registry = TokenRegistry.Open(data, time);
            var issuer = new TokenIssuer(SigningKeys.Open(data), registry);
            var caller = new Caller(RoleNames.Parse(parsed.GetRequiredValue(role))!.Value, parsed.GetRequiredValue(name));
            if (parsed.GetValue(file) is { } path)
            {
                Write(path, issuer.Issue(caller, lifetime), registry);
                return;
            }

            WarnIfOthersRead(parsed);
            Output(parsed).WriteLine(issuer.Issue(caller, lifetime));
        });
    }

    private static void Write(string path, string token, TokenRegistry registry)
    {
        try
        {
            OwnerOnly.Write(path, token + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            registry.Revoke(new JsonWebToken(token).Id); // nobody has it
            throw new StartException($"--out {path} cannot be written: {e.Message}", e);
        }
    }

    // What a shell makes for > FILE can mostly be read by everybody.
    private static void WarnIfOthersRead(ParseResult parsed)
    {
        const int StandardOutput = 1;
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (ReferenceEquals(Output(parsed), Console.Out) && FileOwner.Of(StandardOutput) is { IsFile: true, Mode: var mode } && (mode & Others) != 0)
        {
            parsed.InvocationConfiguration.Error.WriteLine("server: WARNING: others on this machine can read the file that this token goes to. Take that away (chmod 600), or use --out FILE.");
        }
    }

    private static Command List(TimeProvider time)
    {
        var output = new Option<string>("--output") { DefaultValueFactory = _ => "text", Description = "text or json." };
        output.AcceptOnlyFromAmong("text", "json");
        return Verb("list", "Show all tokens but not the tokens themselves.", [output], (parsed, data) =>
        {
            CheckData(data);
            var keys = SigningKeys.Open(data);
            var registry = TokenRegistry.Open(data, time);
            TokenList.Print(registry, keys, parsed.GetValue(output) == "json", Output(parsed));
        });
    }

    private static Command Revoke(TimeProvider time)
    {
        var id = new Argument<string>("ID") { Description = "The token's id, as `token list` shows it." };
        var command = Verb("revoke", "End a token: no call passes with it, and streams that run on it end.", [], (parsed, data) =>
        {
            CheckData(data);
            var revoked = TokenRegistry.Open(data, time).Revoke(parsed.GetRequiredValue(id))
                ?? throw new StartException("There is no token of this id. `server token list` shows them all.");
            parsed.InvocationConfiguration.Error.WriteLine(revoked ? "Revoked." : "It was revoked before.");
        });
        command.Arguments.Add(id);
        return command;
    }

    private static Command RotateKey() =>
        Verb("rotate-key", "Add a key that signs from now on, and print its id. The older ones still verify.", [], (parsed, data) =>
        {
            CheckData(data);
            var keys = SigningKeys.Open(data);
            var old = keys.Ids;
            Output(parsed).WriteLine(keys.Rotate());
            parsed.InvocationConfiguration.Error.WriteLine(
                $"Tokens of the older keys ({string.Join(", ", old)}) still hold. Once they are replaced: server token retire-key KEY");
        });

    private static Command RetireKey()
    {
        var key = new Argument<string>("KEY") { Description = "The key's id, as `token list` shows it." };
        var command = Verb("retire-key", "Remove a key for ever: the tokens that it signed are refused.", [], (parsed, data) =>
        {
            CheckData(data);
            SigningKeys.Open(data).Retire(parsed.GetRequiredValue(key));
            parsed.InvocationConfiguration.Error.WriteLine(
                "Retired. Where the server's own token files were signed by it, its next start makes new ones.");
        });
        command.Arguments.Add(key);
        return command;
    }

    private static Command Verb(string name, string description, Option[] options, Action<ParseResult, string> run)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Options.Add(ServerCommand.DataOption());
        command.SetAction(parsed => run(parsed, ServerCommand.DataOf(parsed)));
        return command;
    }

    private static void CheckData(string data)
    {
        if (!Directory.Exists(data))
        {
            throw new StartException($"There is no data folder {data}. Name the server's with --data.");
        }

        StartRules.PrepareData(data);
    }

    private static TextWriter Output(ParseResult parsed) => parsed.InvocationConfiguration.Output;
}
