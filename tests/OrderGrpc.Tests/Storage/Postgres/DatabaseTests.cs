using Npgsql;
using OrderGrpc.Server;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Storage.Postgres;

/// <summary>The database as a server finds it: made, upgraded, or refused with a message that says what to do.</summary>
public sealed class DatabaseTests
{
    [Fact]
    public async Task Servers_that_start_at_once_make_the_schema_once()
    {
        await using var database = await TestDatabase.MakeAsync();
        var servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync(database.Store)));
        foreach (var server in servers)
        {
            await using var connection = await server.Primary.OpenConnectionAsync();
            await server.DisposeAsync();
        }

        Assert.Equal(Schema.Scripts.Count, await database.ScalarAsync<int>("SELECT schema_version FROM head"));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM head"));
    }

    [Fact]
    public async Task A_schema_of_a_later_step_is_used_where_it_says_that_it_may_and_else_refused()
    {
        await using var database = await TestDatabase.MakeAsync();
        await (await OpenAsync(database.Store)).DisposeAsync();
        await database.ExecuteAsync("UPDATE head SET schema_version = 90, compatible_since = 1");
        await (await OpenAsync(database.Store)).DisposeAsync();
        Assert.Equal(90, await database.ScalarAsync<int>("SELECT schema_version FROM head"));
        await database.ExecuteAsync("UPDATE head SET compatible_since = 89");
        await RefusedAsync(database.Store, "has schema 90, which needs a program that knows at least 89", "Start that version");
    }

    [Fact]
    public async Task Tables_of_others_are_left_alone()
    {
        await using var database = await TestDatabase.MakeAsync();
        await database.ExecuteAsync("CREATE TABLE invoices (id bigint); CREATE TABLE head (id bigint)");
        await RefusedAsync(database.Store, "tables of another program (head, invoices)", "Search Path");
        await database.ExecuteAsync("CREATE SCHEMA ours");
        await (await OpenAsync(database.Store + ";Search Path=ours")).DisposeAsync();
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT position FROM ours.head"));
        await RefusedAsync(database.Store + ";Search Path=nowhere", "no schema for its tables", "Create the one");
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_with_what_to_do()
    {
        await using var database = await TestDatabase.MakeAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.Store);
        await RefusedAsync(settings.ConnectionString.Replace($"Database={database.Name}", "Database=nowhere", StringComparison.Ordinal), "\"nowhere\" does not exist", "Create the database");
        await RefusedAsync("Host=127.0.0.1;Port=1;Database=x", "cannot be reached", "Start the database");
        await RefusedAsync("Host=nowhere.invalid;Database=x", "cannot be reached");
        await RefusedAsync("Host=a;Database=x;Colour=red", "--store is not a connection string that can be used", "colour");
        await RefusedAsync("Database=x", "it names no Host");
        await RefusedAsync("Host=a", "it names no Database");
        await RefusedAsync(database.Store + ";Target Session Attributes=any", "Target Session Attributes");
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        await RefusedAsync(database.Store, "is read-only", "Make it writable");
    }

    [Fact]
    public async Task A_wrong_password_is_told_at_once()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.ExecuteAsync("postgres", "CREATE USER shop PASSWORD 'right'");
        await server.ExecuteAsync("postgres", "CREATE DATABASE shop OWNER shop");
        await server.RequirePasswordsAsync();
        using var folder = new TestFolder();
        var (right, wrong) = (folder.File("right"), folder.File("wrong"));
        Write(right, "right\n");
        Write(wrong, "wrong\n");
        var store = server.StoreOf("shop").Replace("Username=postgres", "Username=shop", StringComparison.Ordinal);
        await RefusedFileAsync(store, wrong, "does not let us in", "--store-password-file");
        await (await PostgresDatabase.OpenAsync(store, right, _ => { }, default)).DisposeAsync();

        await RefusedAsync(store, "asks for a password, and there is none", "--store-password-file FILE");
        await RefusedAsync(store + ";Host=127.0.0.1,localhost", "asks for a password, and there is none");
        PrivateFolder.Widen(right, UnixFileMode.OtherRead);
        await RefusedFileAsync(store, right, $"chmod o= '{right}'");
        Write(folder.File("empty"), "\n");
        await RefusedFileAsync(store, folder.File("empty"), "is empty");
        Owners.Give(wrong);
        await RefusedFileAsync(store, wrong, "belongs to another user");

        static void Write(string path, string text)
        {
            using var file = OwnerOnly.Open(path, FileMode.CreateNew);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        }
    }

    [Fact]
    public async Task A_standby_alone_is_told_as_one()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.BecomeStandbyAsync();
        await RefusedAsync(server.StoreOf("postgres"), "is a standby, and there is no primary among its hosts", "Name all hosts");
    }

    [Fact]
    public async Task A_server_says_why_it_cannot_start_and_ends()
    {
        using var folder = new TestFolder();
        Refused(await ServerProcess.RunAsync(folder, "--data", folder.Data, "--store", "Host=a;Database=b"), "--data and --store are both given");
        Refused(await ServerProcess.RunAsync(folder, "--store", "Host=127.0.0.1;Port=1;Database=x", "--urls", ServerProcess.FreeAddress()), "cannot be reached");
        Refused(await ServerProcess.RunAsync(folder, "--store", "Host=a;Database=b", "--store-password-file", folder.File("none")), "--store-password-file");

        static void Refused((int ExitCode, string Output, string Errors) ended, string says)
        {
            Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
            Assert.Contains(says, ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        }
    }

    private static Task<PostgresDatabase> OpenAsync(string store) => PostgresDatabase.OpenAsync(store, "", _ => { }, default);

    private static Task RefusedAsync(string store, params string[] says) => RefusedFileAsync(store, "", says);

    private static async Task RefusedFileAsync(string store, string passwordFile, params string[] says)
    {
        var refused = await Assert.ThrowsAsync<StartException>(() => PostgresDatabase.OpenAsync(store, passwordFile, _ => { }, default).WaitAsync(Deadlines.Patience));
        Assert.All(says, part => Assert.Contains(part, refused.Message, StringComparison.OrdinalIgnoreCase));
    }
}
