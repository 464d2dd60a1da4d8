using System.Globalization;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The database file of a data folder: what is checked before it is used, its schema, its
/// connections, and the lock that keeps a second server away.
/// </summary>
public sealed class SqliteFile : IDisposable
{
    private static readonly Version OldestSqlite = new(3, 51, 3); // before it a WAL reset could lose a commit

    private readonly FileStream @lock;
    private bool failed;

    private SqliteFile(string path, FileStream @lock)
    {
        Path = path;
        this.@lock = @lock;
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>The size of the write-ahead log beside it.</summary>
    public long WalBytes => new FileInfo(Path + "-wal") is { Exists: true } wal ? wal.Length : 0;

    /// <summary>Opens the file of a data folder, made if there is none.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="half">Whether it is to be filled with a copy: then it may be half of one, and a new one is.</param>
    /// <exception cref="StartException">It is in use, damaged, newer, not ours, or cannot be written.</exception>
    public static SqliteFile Open(string folder, bool half = false)
    {
        var path = PathIn(folder);
        var file = new SqliteFile(path, TakeLock(folder));
        try
        {
            using var connection = file.Connect(SqliteOpenMode.ReadWriteCreate);
            RefuseOldSqlite(connection);
            Migrate(connection, path, half);
            LimitSteps(connection, path);
            Check(connection, path, file.EndedBadly || new FileInfo(path).Length <= SqliteLimits.FileBytesCheckedAtStart);
            MakeDurable(connection, path);
            file.Mark("running");
            return file;
        }
        catch (SqliteException e)
        {
            file.@lock.Dispose();
            throw Explain(e, path);
        }
        catch
        {
            file.@lock.Dispose();
            throw;
        }
    }

    /// <summary>The database file of a data folder.</summary>
    public static string PathIn(string folder) => System.IO.Path.Combine(folder, "orders.db");

    /// <summary>A connection of its own to a file, not pooled.</summary>
    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = SqliteLimits.BusyTimeoutMilliseconds / 1000,
        }.ConnectionString);
        connection.Open();
        Distrust(connection);
        connection.CreateFunction<byte[], long>("replaced_order", ReplacedBy, isDeterministic: true);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {SqliteLimits.BusyTimeoutMilliseconds}"));
        return connection;
    }

    /// <summary>
    /// Ends what takes more steps on this connection than a check of a file of this size can need.
    /// </summary>
    public static void LimitSteps(SqliteConnection connection, string path)
    {
        var wal = new FileInfo(path + "-wal");
        var steps = SqliteLimits.StepsOfAnyFile + (SqliteLimits.StepsPerByte * (new FileInfo(path).Length + (wal.Exists ? wal.Length : 0)));
        var looks = steps / SqliteLimits.StepsBetweenLooks;
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, SqliteLimits.StepsBetweenLooks, _ => looks-- > 0 ? 0 : 1, null);
    }

    /// <summary>Bounds what SQLite takes of memory in this process, whatever a file makes it do.</summary>
    public static void LimitHeap()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_hard_heap_limit64(SqliteLimits.VerifyHeapBytes);
    }

    /// <summary>A connection of its own to this file, not pooled.</summary>
    public SqliteConnection Connect(SqliteOpenMode mode) => Connect(Path, mode);

    /// <summary>Remembers, as well as the disk allows, that the next start is to check the whole file.</summary>
    public void MarkFailed()
    {
        failed = true;
        Mark("failed");
    }

    /// <summary>The end of use: the file is closed and whole.</summary>
    public void Dispose()
    {
        if (!failed)
        {
            Mark("closed");
        }

        @lock.Dispose();
    }

    private bool EndedBadly
    {
        get
        {
            @lock.Position = 0;
            return new StreamReader(@lock, leaveOpen: true).ReadToEnd().TrimEnd() == "failed";
        }
    }

    // A file may come from anywhere. Nothing that it says is run: no trigger, no view, no function of
    // its schema; and no value of it is larger than ours ever are.
    private static void Distrust(SqliteConnection connection)
    {
        foreach (var (option, value) in new[]
        {
            (SQLitePCL.raw.SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLitePCL.raw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLitePCL.raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), (SQLitePCL.raw.SQLITE_DBCONFIG_ENABLE_VIEW, 0),
        })
        {
            SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_db_config(connection.Handle, option, value, out _), connection.Handle);
        }

        _ = SQLitePCL.raw.sqlite3_limit(connection.Handle, SQLitePCL.raw.SQLITE_LIMIT_LENGTH, SqliteLimits.ValueBytes);
    }

    private static FileStream TakeLock(string folder)
    {
        var path = System.IO.Path.Combine(folder, "lock");
        try
        {
            Directory.CreateDirectory(folder);
            // An advisory lock that ends with the process, however it ends.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartException($"The data folder {folder} cannot be written. Give its owner the right to, or name another with --data.", e);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StartException($"Another server is using the data folder {folder}. Stop it, or name another folder with --data.", e);
        }
        catch (IOException e)
        {
            throw new StartException($"The data folder {folder} cannot be made or written: {e.Message} Name another with --data.", e);
        }
    }

    private static void RefuseOldSqlite(SqliteConnection connection)
    {
        if (Version.Parse(connection.ServerVersion) < OldestSqlite)
        {
            throw new StartException($"SQLite {connection.ServerVersion} is too old: {OldestSqlite} or later is needed, since an earlier one can lose a commit. Use the library that this program comes with.");
        }
    }

    private static void Migrate(SqliteConnection connection, string path, bool half)
    {
        var version = connection.Scalar("PRAGMA user_version");
        var isNew = version == 0 && connection.Scalar("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew)
        {
            FileMark.RefuseForeign(connection, path, half);
            if (SchemaCheck.FaultsOf(connection) is [var fault, ..])
            {
                throw new StartException($"{path} has been changed by somebody: {VisibleText.Line(fault)}. Nothing of it is run. Put a backup in its place ('server backup' makes them), and keep this file to find out who did it.");
            }
        }

        connection.Execute("PRAGMA journal_mode = WAL");
        Schema.Make(connection, half);
    }

    // For a script, wherever one is run. What cannot be read is for the checks that follow them.
    private static long ReplacedBy(byte[] order)
    {
        try
        {
            return Order.Parser.ParseFrom(order).ReplacesOrderId;
        }
        catch (InvalidProtocolBufferException)
        {
            return 0;
        }
    }

    private static void Check(SqliteConnection connection, string path, bool all)
    {
        if (all && connection.Text("PRAGMA quick_check(1)") is var found and not "ok")
        {
            throw Damaged(path, found);
        }

        var head = connection.Scalar("SELECT coalesce(max(position), 0) FROM log");
        // No index has the positions of orders: of a large file the newest order is looked at, not all.
        var reached = connection.Scalar(all
            ? "SELECT coalesce(max(position), 0) FROM orders"
            : "SELECT coalesce((SELECT position FROM orders ORDER BY id DESC LIMIT 1), 0)");
        if (reached > head)
        {
            throw Damaged(path, $"an order points at position {reached}, and the log ends at {head}");
        }
    }

    // A process that was killed between a write and its fsync, or whose fsync failed, leaves commits
    // that this one reads and the disk may not have. Nobody is to be told of them before it has.
    private static void MakeDurable(SqliteConnection connection, string path)
    {
        connection.Execute("PRAGMA synchronous = FULL");
        try
        {
            using (var wal = new FileStream(path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            {
                wal.Flush(flushToDisk: true);
            }

            // Written anew to the file itself: after a failed fsync another one of the same pages means nothing.
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (FileNotFoundException)
        {
            // Closed clean.
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
        {
            // The WAL is on disk, and the full disk refuses commands until there is room.
        }
        catch (IOException e)
        {
            throw new StartException($"{path}-wal cannot be written to disk: {e.Message}", e);
        }
    }

    private static StartException Explain(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_INTERRUPT => Damaged(path, "to check it takes longer than a sound file of its size can", e),
        SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_NOMEM => Damaged(path, "it holds values larger than this program writes", e),
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => Damaged(path, e.Message, e),
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM =>
            new StartException($"{path} cannot be written: {e.Message} Give its owner the right to, or name another data folder with --data.", e),
        SQLitePCL.raw.SQLITE_FULL => new StartException($"There is no room on the disk of {path}. Make room and start again.", e),
        SQLitePCL.raw.SQLITE_BUSY => new StartException($"Another program holds {path} locked. Close it and start again.", e),
        _ => new StartException($"{path} cannot be used: {e.Message}", e),
    };

    private static StartException Damaged(string path, string found, Exception? inner = null) =>
        new($"{path} is damaged ({VisibleText.Line(found)}). Put a backup in its place ('server backup' makes them), together with no {System.IO.Path.GetFileName(path)}-wal and -shm files; keep the damaged file for repair. 'server verify' tells more.", inner);

    // Always of the same length, which a full disk takes; a disk that takes nothing is no reason to fail again.
    private void Mark(string state)
    {
        try
        {
            @lock.Position = 0;
            @lock.Write(System.Text.Encoding.ASCII.GetBytes(state.PadRight(7)));
            @lock.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // The next start checks the whole of a small file in any case.
        }
    }
}
