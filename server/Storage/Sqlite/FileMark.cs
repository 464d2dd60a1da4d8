using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// What a file says that it is, in SQLite's application_id: ours, or half a copy, which has another so
/// that no version takes it for whole.
/// </summary>
public static class FileMark
{
    private const int Whole = 0x4F47_5250; // "OGRP"
    private const int Half = 0x4F47_4350; // "OGCP"

    /// <summary>Refuses a file that is not ours, or of a newer version, or half a copy where that is not looked for.</summary>
    /// <exception cref="StartException">It is; the message says what to do.</exception>
    public static void RefuseForeign(SqliteConnection connection, string path, bool half = false)
    {
        var mark = connection.Scalar("PRAGMA application_id");
        if (mark == Half && !half)
        {
            throw new StartException($"{path} is half a copy: 'server copy' was broken off. Run it again with the same --from and --to, and it goes on where it ended; or remove the file.");
        }

        if (mark is not (Whole or Half))
        {
            throw new StartException($"{path} is a SQLite file of another program. Name another data folder with --data.");
        }

        if (connection.Scalar("PRAGMA user_version") is var version && version > Schema.Scripts.Count)
        {
            throw new StartException($"{path} has schema {version}, and this program knows {Schema.Scripts.Count}: it is from a newer version. Start that version, or name another data folder with --data.");
        }
    }

    /// <summary>The statement that marks a file, of use in a transaction too.</summary>
    public static string Statement(bool half) => string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {(half ? Half : Whole)}");
}
