using System.CommandLine;
using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Security;

/// <summary>
/// server token: tokens and keys of a data folder or a database, also while servers run on it, which
/// then follow within a second. Only what was asked for goes to stdout; a token is never an argument.
/// </summary>
public sealed class TokenCommands
{
    private readonly TimeProvider time;
    private readonly Func<ServerOptions, TimeProvider, Task<IIdentityStore>> shared;

    private TokenCommands(TimeProvider time, Func<ServerOptions, TimeProvider, Task<IIdentityStore>> shared) => (this.time, this.shared) = (time, shared);

    /// <summary>The command and its verbs.</summary>
    /// <param name="time">The clock, where it is not the system's.</param>
    /// <param name="shared">Opens the keys and tokens of the database that --store names.</param>
    public static Command Build(TimeProvider? time = null, Func<ServerOptions, TimeProvider, Task<IIdentityStore>>? shared = null)
    {
        var verbs = new TokenCommands(time ?? TimeProvider.System, shared ?? ((_, _) => throw new StartException("This program knows no database.")));
        return new Command("token", "Issue, list and revoke tokens, and change the keys that sign them.")
        {
            verbs.Issue(), verbs.List(), verbs.Revoke(), verbs.RotateKey(), verbs.RetireKey(), verbs.EncryptKeys(),
        };
    }

    private Command Issue()
    {
        var role = new Option<string>("--role") { Required = true, Description = "client or supplier." };
        role.AcceptOnlyFromAmong("client", "supplier");
        var name = new Option<string>("--name") { Required = true, HelpName = "NAME", Description = "Whose token it is." };
        var expires = new Option<string>("--expires") { HelpName = "TIME", Description = "How long it holds, such as 90d or 12h. Default: for ever." };
        var file = new Option<string>("--out") { HelpName = "FILE", Description = "Write it to a file that only its owner can read, in place of one that is there." };
        return Verb("issue", "Print a new token on stdout, and nothing else.", [role, name, expires, file], async (parsed, open) =>
        {
            var lifetime = parsed.GetValue(expires) is { } text
                ? TokenLifetime.Parse(text) ?? throw new StartException($"--expires takes a time such as 90d, 12h or 30m, at most {TokenLimits.MaxTokenLifetime.Days}d.")
                : (TimeSpan?)null;
            await using var store = await open();
            var registry = await TokenRegistry.OpenAsync(store, time);
            var issuer = new TokenIssuer(await SigningKeys.OpenAsync(store), registry);
            var caller = new Caller(RoleNames.Parse(parsed.GetRequiredValue(role))!.Value, parsed.GetRequiredValue(name));
            if (parsed.GetValue(file) is { } path)
            {
                await WriteAsync(path, await issuer.IssueAsync(caller, lifetime), registry);
                return;
            }

            WarnIfOthersRead(parsed);
            Output(parsed).WriteLine(await issuer.IssueAsync(caller, lifetime));
        }, makes: true);
    }

    private static async Task WriteAsync(string path, string token, TokenRegistry registry)
    {
        try
        {
            OwnerOnly.Write(path, token + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await registry.RevokeAsync(new JsonWebToken(token).Id); // nobody has it
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

    private Command List()
    {
        var output = new Option<string>("--output") { DefaultValueFactory = _ => "text", Description = "text or json." };
        output.AcceptOnlyFromAmong("text", "json");
        return Verb("list", "Show all tokens but not the tokens themselves.", [output], async (parsed, open) =>
        {
            await using var store = await open();
            var keys = await SigningKeys.OpenAsync(store);
            var registry = await TokenRegistry.OpenAsync(store, time);
            TokenList.Print(registry, keys, parsed.GetValue(output) == "json", Output(parsed));
        });
    }

    private Command Revoke()
    {
        var id = new Argument<string>("ID") { Description = "The token's id, as `token list` shows it." };
        var command = Verb("revoke", "End a token: no call passes with it, and streams that run on it end.", [], async (parsed, open) =>
        {
            await using var store = await open();
            var revoked = await (await TokenRegistry.OpenAsync(store, time)).RevokeAsync(parsed.GetRequiredValue(id))
                ?? throw new StartException("There is no token of this id. `server token list` shows them all.");
            parsed.InvocationConfiguration.Error.WriteLine(revoked ? "Revoked." : "It was revoked before.");
        });
        command.Arguments.Add(id);
        return command;
    }

    private Command RotateKey() =>
        Verb("rotate-key", "Add a key that signs from now on, and print its id. The older ones still verify.", [], async (parsed, open) =>
        {
            await using var store = await open();
            var keys = await SigningKeys.OpenAsync(store);
            var old = keys.Ids;
            Output(parsed).WriteLine(await keys.RotateAsync());
            parsed.InvocationConfiguration.Error.WriteLine(
                $"Tokens of the older keys ({string.Join(", ", old)}) still hold. Once they are replaced: server token retire-key KEY");
        });

    private Command RetireKey()
    {
        var key = new Argument<string>("KEY") { Description = "The key's id, as `token list` shows it." };
        var command = Verb("retire-key", "Remove a key for ever: the tokens that it signed are refused.", [], async (parsed, open) =>
        {
            await using var store = await open();
            await (await SigningKeys.OpenAsync(store)).RetireAsync(parsed.GetRequiredValue(key));
            parsed.InvocationConfiguration.Error.WriteLine(
                "Retired. Where the server's own token files were signed by it, its next start makes new ones.");
        });
        command.Arguments.Add(key);
        return command;
    }

    private Command EncryptKeys() =>
        Verb("encrypt-keys", "Encrypt the keys in a database under the first secret of --key-secret-file: those that are not encrypted, and those under another.", [], async (parsed, open) =>
        {
            await using var store = await open();
            var count = await store.EncryptKeysAsync();
            parsed.InvocationConfiguration.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Keys encrypted: {count}. What was read of them before, backups too, still signs: to end that, rotate-key and retire-key."));
        });

    private Command Verb(string name, string description, Option[] options, Func<ParseResult, Func<Task<IIdentityStore>>, Task> run, bool makes = false)
    {
        var command = new Command(name, description);
        foreach (var option in options.Concat(ServerCommand.IdentityOptions()))
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => run(parsed, () => OpenAsync(ServerCommand.PlaceOf(parsed), makes)).GetAwaiter().GetResult()); // here, so that Ctrl-C ends it at once
        return command;
    }

    private async Task<IIdentityStore> OpenAsync(ServerOptions place, bool makes)
    {
        if (place.Store.Length > 0)
        {
            return await shared(place, time);
        }

        if (!makes && !Directory.Exists(place.Data))
        {
            throw new StartException($"There is no data folder {place.Data}. Name the server's with --data.");
        }

        StartRules.PrepareData(place.Data);
        return new IdentityFolder(place.Data);
    }

    private static TextWriter Output(ParseResult parsed) => parsed.InvocationConfiguration.Output;
}
