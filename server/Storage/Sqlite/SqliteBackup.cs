using Microsoft.Data.Sqlite;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Storage.Deployments;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>A file with the orders of a deployment as they are at one moment, made while it is written to.</summary>
public static class SqliteBackup
{
    /// <summary>Copies a file. The copy appears whole, on disk, or not at all.</summary>
    /// <exception cref="StartException">There is no such file, or the copy exists or cannot be written.</exception>
    public static Task MakeAsync(string source, string copy) => !File.Exists(source)
        ? throw new StartException($"There is no {source}. Name the data folder with --data.")
        : WriteAsync(copy, part =>
        {
            // One step under one read transaction: the writer goes on, and the copy is of one commit.
            using var from = SqliteFile.Connect(source, SqliteOpenMode.ReadOnly);
            using var to = SqliteFile.Connect(part, SqliteOpenMode.ReadWrite);
            from.BackupDatabase(to);
            to.Execute("PRAGMA journal_mode = DELETE"); // one file, without companions
            return Task.CompletedTask;
        });

    /// <summary>Writes the rows of another engine to a file, as a server on a file would have. It appears whole, on disk, or not at all.</summary>
    /// <exception cref="StartException">The rows cannot be read, or the file exists or cannot be written.</exception>
    public static Task MakeAsync(IStoredRows source, string copy) => WriteAsync(copy, async part =>
    {
        await using var file = SqliteFilling.MakeFile(part);
        try
        {
            for (var after = 0L; await source.ReadByPositionAsync(after) is [.., var last] slice; after = last.Row.Position)
            {
                await file.AppendAsync(slice);
            }
        }
        catch (Exception e) when (source.Explain(e) is { } told)
        {
            throw new StartException($"{source.Name}: {told}", e);
        }

        await file.FinishAsync();
    });

    private static async Task WriteAsync(string copy, Func<string, Task> write)
    {
        if (File.Exists(copy) || FileOwner.Of(copy) is not null)
        {
            throw new StartException($"{copy} exists already, and a backup never replaces a file. Name another.");
        }

        var part = copy + ".part";
        try
        {
            OwnerOnly.MakeAllFilesSo();
            File.Delete(part);
            OwnerOnly.Open(part, FileMode.CreateNew).Dispose(); // not by SQLite, which would make it for everybody and follow a link
            await write(part);
            using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            OnDisk.Rename(part, copy, overwrite: false);
        }
        catch (Exception e)
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }

            throw e is SqliteException or IOException or UnauthorizedAccessException ? new StartException($"The backup {copy} cannot be written: {e.Message}", e) : e;
        }
    }
}
