using System.CommandLine;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Deployments;

namespace OrderGrpc.Server;

/// <summary>server backup, server verify and server copy: on orders as a whole, of a data folder or a database.</summary>
public static class StoreCommands
{
    /// <summary>Copies the log as it is at one moment.</summary>
    public static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = "The copy; it must not exist yet." };
        var command = new Command("backup", "Copy the orders to a file, also while servers run. Keys and tokens are not in it.") { file };
        command.AddOptions(ServerCommand.OrdersOptions());
        command.SetAction(parsed => Deployment.Of(ServerCommand.PlaceOf(parsed)).BackUpAsync(parsed.GetRequiredValue(file)).GetAwaiter().GetResult()); // here, so that Ctrl-C ends it at once
        return command;
    }

    /// <summary>Checks a file or a database; the exit code is 0 when nothing is wrong with it.</summary>
    public static Command Verify()
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "The file. [default: that of the data folder, or the database]" };
        var command = new Command("verify", "Check a file or a database: the log, every order against its events, every quote against its digest; also while servers run.") { file };
        command.AddOptions(ServerCommand.OrdersOptions());
        command.SetAction(parsed =>
        {
            Deployment.LimitHeap(); // of this process, which does nothing else
            return VerifyAsync(parsed.GetValue(file) is { } path ? FileAlone(parsed, path) : Deployment.Of(ServerCommand.PlaceOf(parsed)), parsed.InvocationConfiguration.Output).GetAwaiter().GetResult();
        });
        return command;
    }

    // It is checked by itself, and not what the server's settings name.
    private static Deployment FileAlone(ParseResult parsed, string path)
    {
        ServerCommand.RefuseOthers(parsed);
        return path.Length > 0 ? Deployment.OfFile(path) : throw new StartException("FILE is empty: name one, or leave it out.");
    }

    /// <summary>Moves a deployment to another folder or database.</summary>
    public static Command Copy(TimeProvider time)
    {
        var (from, fromPassword, fromSecret) = PlaceOptions("--from", "What is copied: a data folder, a file of server backup, or a database such as \"Host=db1,db2;Database=ordergrpc\".", "from");
        var (to, toPassword, toSecret) = PlaceOptions("--to", "Where to: a data folder or a database; empty, or what an earlier copy has left.", "to");
        var command = new Command("copy", "Copy a deployment to another data folder or database: orders with their positions, requests and documents, keys and tokens. No server may run on either.")
        {
            from, to, fromPassword, toPassword, fromSecret, toSecret,
        };
        command.SetAction(parsed =>
        {
            ServerCommand.RefuseOthers(parsed);
            CopyAsync(
                Deployment.Parse(parsed.GetRequiredValue(from), from.Name, parsed.GetValue(fromPassword), parsed.GetValue(fromSecret)),
                Deployment.Parse(parsed.GetRequiredValue(to), to.Name, parsed.GetValue(toPassword), parsed.GetValue(toSecret)),
                time,
                parsed.InvocationConfiguration.Output).GetAwaiter().GetResult();
        });
        return command;
    }

    private static (Option<string> Place, Option<string> Password, Option<string> Secret) PlaceOptions(string flag, string description, string which) => (
        new Option<string>(flag) { Required = true, HelpName = "PLACE", Description = description },
        new Option<string>(flag + "-password-file") { HelpName = "FILE", Description = $"The file with the password of the database that is copied {which}; else it is read from {ServerOptions.StorePasswordVariable} or PGPASSWORD" },
        new Option<string>(flag + "-key-secret-file") { HelpName = "FILE", Description = "The secret under which keys are encrypted in that database" });

    private static async Task<int> VerifyAsync(Deployment place, TextWriter console)
    {
        await using var rows = await place.ReadAsync();
        var found = await new StoreVerifier(rows).RunAsync();
        await console.WriteLineAsync($"{rows.Name}: orders {found.Orders}, events {found.Events}, quote documents {found.Documents}");
        foreach (var fault in found.Faults)
        {
            await console.WriteLineAsync("  " + fault);
        }

        await console.WriteLineAsync(found.Faults.Count == 0 ? "No fault found." : "It is not to be relied on. Keep it, and start from a backup.");
        return found.Faults.Count == 0 ? ServerExitCodes.Done : ServerExitCodes.CannotStart;
    }

    private static async Task CopyAsync(Deployment from, Deployment to, TimeProvider time, TextWriter console)
    {
        using var held = from.Hold();
        await using var source = await from.ReadAsync();
        await StoreCopy.VerifyAsync(source, "Nothing was copied. Put a backup in its place.");
        await using var oldIdentity = await from.OpenIdentityAsync(time);
        await using var newIdentity = await to.OpenIdentityToFillAsync(time);
        var identity = oldIdentity is null || newIdentity is null ? null : new IdentityCopy(oldIdentity, newIdentity);
        await (identity?.CheckAsync() ?? Task.CompletedTask);
        await using var target = await to.FillAsync();
        var orders = new StoreCopy(source, target, console);
        try
        {
            await orders.CheckAsync();
            var copied = await orders.RunAsync();
            var (keys, tokens) = identity is null ? (0, 0) : await identity.RunAsync();
            await target.FinishAsync();
            await console.WriteLineAsync($"{target.Name}: orders {copied.Orders}, events {copied.Events}, quote documents {copied.Documents}, keys {keys}, tokens {tokens}");
            await console.WriteLineAsync("Copied and verified." + (from.IsFile ? "" : $" {source.Name} is as it was: start no server on it any more, or the two go apart."));
        }
        catch (Exception e) when ((source.Explain(e) ?? target.Explain(e)) is { } told)
        {
            throw new StartException($"The copy from {source.Name} to {target.Name} was broken off: {told} Run the same command again: it goes on where it ended.", e);
        }
    }

    private static void AddOptions(this Command command, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }
}
