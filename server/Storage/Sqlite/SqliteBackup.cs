using Microsoft.Data.Sqlite;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>A copy of a database file as it is at one moment, made while it is written to.</summary>
public static class SqliteBackup
{
    /// <summary>Copies a file. The copy appears whole, on disk, or not at all.</summary>
    /// <exception cref="StartException">There is no such file, or the copy exists or cannot be written.</exception>
    public static void Make(string source, string copy)
    {
        if (!File.Exists(source))
        {
            throw new StartException($"There is no {source}. Name the data folder with --data.");
        }

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
            // One step under one read transaction: the writer goes on, and the copy is of one commit.
            using (var from = SqliteFile.Connect(source, SqliteOpenMode.ReadOnly))
            using (var to = SqliteFile.Connect(part, SqliteOpenMode.ReadWrite))
            {
                from.BackupDatabase(to);
                to.Execute("PRAGMA journal_mode = DELETE"); // one file, without companions
            }

            using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            OnDisk.Rename(part, copy, overwrite: false);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            File.Delete(part);
            throw new StartException($"The backup {copy} cannot be written: {e.Message}", e);
        }
    }
}
