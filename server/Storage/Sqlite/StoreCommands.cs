using System.CommandLine;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>server backup and server verify: on a data folder's file, also while a server runs on it.</summary>
public static class StoreCommands
{
    /// <summary>Copies the log as it is at one moment.</summary>
    public static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = "The copy; it must not exist yet." };
        var command = new Command("backup", "Copy the orders to a file, also while the server runs.") { file, ServerCommand.DataOption() };
        command.SetAction(parsed => SqliteBackup.Make(SqliteFile.PathIn(ServerCommand.DataOf(parsed)), parsed.GetRequiredValue(file)));
        return command;
    }

    /// <summary>Checks a file; the exit code is 0 when nothing is wrong with it.</summary>
    public static Command Verify()
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "The file. [default: that of the data folder]" };
        var command = new Command("verify", "Check a file: its pages, the log, every order against its events, every quote against its digest.") { file, ServerCommand.DataOption() };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file) ?? SqliteFile.PathIn(ServerCommand.DataOf(parsed));
            SQLitePCL.Batteries_V2.Init();
            _ = SQLitePCL.raw.sqlite3_hard_heap_limit64(SqliteLimits.VerifyHeapBytes); // of this process, which does nothing else
            var found = new SqliteVerifier(path).Run();
            var console = parsed.InvocationConfiguration.Output;
            console.WriteLine($"{path}: orders {found.Orders}, events {found.Events}, quote documents {found.Documents}");
            foreach (var fault in found.Faults)
            {
                console.WriteLine("  " + fault);
            }

            console.WriteLine(found.Faults.Count == 0 ? "No fault found." : "The file is not to be relied on. Keep it, and start from a backup.");
            return found.Faults.Count == 0 ? ServerExitCodes.Done : ServerExitCodes.CannotStart;
        });
        return command;
    }
}
