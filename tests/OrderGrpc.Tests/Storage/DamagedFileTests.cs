using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage;

/// <summary>Files that the server does not serve: each is refused with exit code 1 and what to do, and left as it was.</summary>
public sealed class DamagedFileTests : IClassFixture<DamagedFileTests.Whole>, IDisposable
{
    private readonly TestFolder folder = new();

    /// <summary>Each test has its own copy of the whole file.</summary>
    public DamagedFileTests(Whole whole)
    {
        OwnerOnly.MakeFolder(folder.Data);
        foreach (var file in Directory.GetFiles(whole.Folder.Data))
        {
            File.Copy(file, Path.Combine(folder.Data, Path.GetFileName(file)));
        }
    }

    private string Database => Path.Combine(folder.Data, "orders.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_with_overwritten_pages_is_refused()
    {
        using (var file = File.OpenWrite(Database))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(Enumerable.Repeat((byte)0x5a, 16 * 4096).ToArray());
        }

        await RefusedAsync($"{Database} is damaged (", "Put a backup in its place");
    }

    [Fact]
    public async Task A_file_with_an_overwritten_header_is_refused()
    {
        using (var file = File.OpenWrite(Database))
        {
            file.Write(new byte[100]);
        }

        await RefusedAsync($"{Database} is damaged (", "Put a backup in its place");
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        using (var file = File.OpenWrite(Database))
        {
            file.SetLength(file.Length / 2);
        }

        await RefusedAsync($"{Database} is damaged (", "Put a backup in its place");
    }

    [Fact]
    public async Task A_file_that_is_not_sqlite_is_refused()
    {
        await File.WriteAllTextAsync(Database, string.Concat(Enumerable.Repeat("not a database\n", 1000)));
        await RefusedAsync($"{Database} is damaged (", "Put a backup in its place");
    }

    [Fact]
    public async Task A_sqlite_file_of_another_program_is_refused()
    {
        File.Delete(Database);
        Execute("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')");
        await RefusedAsync($"{Database} is a SQLite file of another program.", "Name another data folder with --data");
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        Execute("PRAGMA user_version = 99");
        await RefusedAsync($"{Database} has schema 99, and this program knows ", "it is from a newer version", "Start that version");
    }

    [Fact]
    public async Task Orders_that_point_past_the_log_are_damage()
    {
        Execute("UPDATE orders SET position = 201 WHERE id = 200");
        await RefusedAsync($"{Database} is damaged (an order points at position 201, and the log ends at 200)");
    }

    public static TheoryData<string, string> Planted => new()
    {
        { "CREATE TRIGGER gift AFTER INSERT ON orders BEGIN UPDATE orders SET supplier = 'mallory' WHERE id = NEW.id; END", "its trigger 'gift' is not of this program" },
        { "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n", "its view 'endless' is not of this program" },
        { "CREATE TABLE more (x)", "its table 'more' is not of this program" },
        { "CREATE INDEX \"a\u001b[2Jb\" ON orders (state)", "its index 'a\\u001b[2Jb' is not of this program" },
        { "CREATE INDEX costly ON orders (length(zeroblob(900000000)))", "its index 'costly' is not of this program" },
        { "DROP INDEX log_by_client", "its index 'log_by_client' is missing" },
        { "DROP INDEX log_by_client; CREATE INDEX log_by_client ON log (supplier)", "its index 'log_by_client' is another than this program makes" },
        { "ALTER TABLE orders ADD COLUMN more INTEGER", "its table 'orders' is another than this program makes" },
        { "ALTER TABLE quote_documents RENAME TO kept; CREATE VIEW quote_documents AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS order_id, x AS quote_revision, zeroblob(900000000) AS document FROM n", "its view 'quote_documents' is not of this program" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task A_schema_that_somebody_changed_is_refused_at_start_and_by_verify(string sql, string says)
    {
        Execute(sql);
        await RefusedAsync($"{Database} has been changed by somebody: ");
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "verify", Database);
        Assert.Equal(1, exitCode);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE log SET event = zeroblob(500000000) WHERE position = 7")]
    [InlineData("INSERT INTO quote_documents VALUES (1, 1, zeroblob(500000000))")]
    public async Task A_value_that_is_larger_than_any_of_ours_is_a_fault_and_takes_no_memory(string sql)
    {
        Execute(sql);
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "verify", Database);
        Assert.Equal((1, ""), (exitCode, errors));
        Assert.Contains("it holds values larger than this program writes", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_takes_more_steps_than_a_check_of_the_file_can_is_ended()
    {
        using var connection = SqliteFile.Connect(Database, SqliteOpenMode.ReadOnly);
        SqliteFile.LimitSteps(connection, Database);
        using var endless = connection.CreateCommand();
        endless.CommandText = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n";
        Assert.Equal(SQLitePCL.raw.SQLITE_INTERRUPT, Assert.Throws<SqliteException>(() => endless.ExecuteScalar()).SqliteErrorCode);
    }

    [Fact]
    public async Task The_same_file_undamaged_is_served()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        Assert.Equal(201, (await client.PlaceAsync()).Id);
    }

    private async Task RefusedAsync(params string[] says)
    {
        var before = await File.ReadAllBytesAsync(Database);
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "--data", folder.Data, "--urls", ServerProcess.FreeAddress());
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("server: ", errors, StringComparison.Ordinal);
        Assert.All(says, words => Assert.Contains(words, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Database, UnixFileMode.UserRead | UnixFileMode.UserWrite); // a file made here is the owner's only too
        }
    }

    /// <summary>A data folder with a few orders, closed clean.</summary>
    public sealed class Whole : IAsyncLifetime
    {
        public TestFolder Folder { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await using var server = await ServerProcess.StartAsync(Folder);
            using var client = server.Client();
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.PlaceAsync(new string('x', 400))));
            Assert.Equal(0, await server.StopAsync());
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
