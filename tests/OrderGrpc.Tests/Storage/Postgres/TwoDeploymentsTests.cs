using System.Security.Cryptography;
using Npgsql;
using OrderGrpc.Server;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Storage.Postgres;

/// <summary>A database that is another deployment's, or more than one: each server is told so, or ends, and no two share what they do not mean to share.</summary>
public sealed class TwoDeploymentsTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Tables_of_a_deployment_of_another_user_of_the_database_are_told_as_such_though_that_user_may_not_see_them()
    {
        var (one, other) = (database.Name + "_one", database.Name + "_other");
        await database.ExecuteAsync($"CREATE USER {one}; CREATE USER {other}; GRANT ALL ON SCHEMA public TO {one}, {other}");
        await (await OpenAsync(As(one))).DisposeAsync();
        foreach (var refused in new[] { await RefusedAsync(() => OpenAsync(As(other))), await RefusedAsync(() => PostgresRows.OpenAsync(As(other), "")) })
        {
            Assert.Contains($"a deployment of the database's user {one}", refused, StringComparison.Ordinal);
            Assert.Contains("name that user as Username in --store; else it is another one: Name an empty database", refused, StringComparison.Ordinal);
        }

        await database.ExecuteAsync($"GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}"); // two users of one deployment
        await (await OpenAsync(As(other))).DisposeAsync();

        string As(string user) => database.Store.Replace("Username=postgres", "Username=" + user, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE SEQUENCE log", "tables of another program (log)")]
    [InlineData("CREATE MATERIALIZED VIEW orders AS SELECT 1", "tables of another program (orders)")]
    [InlineData("CREATE TYPE orders AS ENUM ('red')", "something of another program, whose name our tables need (type \"orders\" already exists)")]
    public async Task What_is_named_as_our_tables_and_is_none_of_them_is_told(string made, string says)
    {
        await database.ExecuteAsync(made);
        var refused = await RefusedAsync(() => OpenAsync(database.Store));
        Assert.Contains(says, refused, StringComparison.Ordinal);
        Assert.Contains("Name an empty database, or a schema of its own with Search Path.", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_extension_keeps_in_the_schema_is_no_other_program()
    {
        await database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        await (await OpenAsync(database.Store)).DisposeAsync();
    }

    [Theory]
    [InlineData("DROP TABLE replacements; DROP TABLE tokens", "lacks replacements, tokens")]
    [InlineData("DELETE FROM head", "its table head has no row")]
    public async Task A_deployment_in_part_is_told_with_what_it_lacks(string change, string says)
    {
        await (await OpenAsync(database.Store)).DisposeAsync();
        await database.ExecuteAsync(change);
        Assert.Contains(says, await RefusedAsync(() => OpenAsync(database.Store)), StringComparison.Ordinal);
        Assert.Contains(says, await RefusedAsync(() => PostgresRows.OpenAsync(database.Store, "")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_first_starts_at_once_with_other_secrets_one_makes_the_key_and_the_other_says_whose_it_is()
    {
        using var secrets = new PrivateFolder();
        var starts = Enumerable.Range(1, 2).Select(i => StartAsync(secrets.Write($"secret-{i}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))))).ToList();
        await Task.WhenAll(starts.Select(start => Task.WhenAny(start))).WaitAsync(Deadlines.Patience);
        await (await starts.Single(start => start.IsCompletedSuccessfully)).DisposeAsync();
        var refused = Assert.IsType<StartException>(starts.Single(start => start.IsFaulted).Exception!.InnerException);
        Assert.Contains("is encrypted under the secret", refused.Message, StringComparison.Ordinal);
        Assert.Contains("or name another database in --store, where this one is of another deployment", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));

        Task<ServerHost> StartAsync(string secret) => ServerHost.StartAsync(
            new ServerOptions { Store = database.Store, KeySecretFile = secret, Urls = "http://127.0.0.1:0", LogLevel = LogLevel.Error, LocalTokens = LocalTokens.Off },
            TimeProvider.System, folder.Config, TextWriter.Null, CancellationToken.None);
    }

    [Fact]
    public async Task Hosts_of_which_two_take_writes_are_refused_and_one_that_is_away_or_named_twice_is_none()
    {
        await using var other = await PostgresServer.StartAsync();
        await other.ExecuteAsync("postgres", $"CREATE DATABASE {database.Name}");
        var here = new NpgsqlConnectionStringBuilder(database.Store).Port;
        var both = $"Host=127.0.0.1:{here},127.0.0.1:{other.Port};Database={database.Name};Username=postgres";
        foreach (var refused in new[] { await RefusedAsync(() => OpenAsync(both)), await RefusedAsync(() => PostgresRows.OpenAsync(both, "")) })
        {
            Assert.Contains($"is 2 databases: 127.0.0.1:{here} and 127.0.0.1:{other.Port} each take writes", refused, StringComparison.Ordinal);
            Assert.Contains("Name the hosts of one cluster", refused, StringComparison.Ordinal);
        }

        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'head'"));
        await (await OpenAsync($"Host=127.0.0.1:{here},localhost:{here};Database={database.Name};Username=postgres")).DisposeAsync();
        await other.StopAsync();
        await (await OpenAsync(both)).DisposeAsync();
    }

    [Fact]
    public async Task A_server_whose_database_shows_less_than_it_has_shown_ends_and_says_why()
    {
        await using var server = await ServerProcess.StartAsync(folder, null, "--store", database.Store);
        using var client = server.Client();
        using var watch = new Watch(client, new V1.WatchOrdersRequest { Beginning = true });
        for (var i = 0; i < 3; i++)
        {
            await client.PlaceAsync();
        }

        await watch.EventsAsync(3);
        await database.ExecuteAsync("BEGIN; DELETE FROM log WHERE position > 1; DELETE FROM orders WHERE id > 1; UPDATE head SET position = 1, last_order = 1; COMMIT");
        Assert.Equal(ServerExitCodes.StoreFailed, await server.EndAsync());
        Assert.Contains("ends at position 1, and this server knows it up to 3: the database was restored to an earlier time, is another one, or has lost", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_goes_beside_a_deployment_in_another_schema_and_not_under_a_server_that_has_no_orders_yet()
    {
        await StoredOrders.FillAsync(folder.Data, 3);
        var file = SqliteFile.PathIn(folder.Data);
        await using var server = await ServerProcess.StartAsync(folder, null, "--store", database.Store);
        await RunAsync(1, "Servers are running on", database.Store);
        using var client = server.Client();
        Assert.Equal(1, (await client.PlaceAsync()).Id); // it goes on, unharmed

        await database.ExecuteAsync("CREATE SCHEMA \"Staging\"");
        await RunAsync(0, "Copied and verified", database.Store + ";Search Path='\"Staging\"'");
        Assert.Equal(3L, await database.ScalarAsync<long>("SELECT position FROM \"Staging\".head"));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT position FROM public.head"));

        async Task RunAsync(int exitCode, string says, string to)
        {
            var ended = await ServerProcess.RunAsync(folder, "copy", "--from", file, "--to", to);
            Assert.True(ended.ExitCode == exitCode, ended.Output + ended.Errors);
            Assert.Contains(says, ended.Output + ended.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_copies_at_once_one_is_broken_off_and_told_why_and_no_row_is_of_both()
    {
        await StoredOrders.FillAsync(folder.Data, 3);
        await using var source = SqliteRows.Open(SqliteFile.PathIn(folder.Data));
        var rows = await source.ReadByPositionAsync(0);
        await using var one = await PostgresFilling.OpenAsync(database.Store + ";Application Name=one", "");
        await using var other = await PostgresFilling.OpenAsync(database.Store + ";Application Name=other", "");
        await one.BeginAsync();
        await other.BeginAsync();
        await one.AppendAsync(rows);
        var failed = await Assert.ThrowsAsync<PostgresException>(() => other.AppendAsync(rows).AsTask());
        Assert.Contains("another 'server copy'", other.Explain(failed), StringComparison.Ordinal);
        Assert.Equal(3L, await database.ScalarAsync<long>("SELECT count(*) FROM log"));
    }

    private static Task<PostgresDatabase> OpenAsync(string store) => PostgresDatabase.OpenAsync(store, "", _ => { }, default);

    private static async Task<string> RefusedAsync<T>(Func<Task<T>> open) => (await Assert.ThrowsAsync<StartException>(() => open().WaitAsync(Deadlines.Patience))).Message;
}
