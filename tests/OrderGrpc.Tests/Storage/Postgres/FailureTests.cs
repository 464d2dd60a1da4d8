using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage.Postgres;

/// <summary>A PostgreSQL of one class of tests, which changes its settings.</summary>
public sealed class OwnPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = PostgresServer.Programs is null ? null! : await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

/// <summary>What the store says of each failure, and that it is true: what was not written is not there, what was is answered as done.</summary>
public sealed class FailureTests(OwnPostgres own) : IClassFixture<OwnPostgres>, IAsyncLifetime
{
    private const string OfServers = "application_name = 'ordergrpc' AND datname = current_database()";
    private static int made;
    private readonly string name = $"failing{Interlocked.Increment(ref made)}";
    private readonly System.Collections.Concurrent.ConcurrentQueue<Exception?> reach = [];
    private PostgresOrderStore store = null!;

    private PostgresServer Postgres => own.Server;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Postgres is null, "PostgreSQL is not installed: apt-get install postgresql");
        await Postgres.ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        store = await OpenAsync();
        await store.RunAsync(StoredOrders.Order());
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await ResetAsync();
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_is_lost_before_the_commit_is_try_again_and_nothing_was_written()
    {
        var batch = await BeginAsync();
        await EndSessionsAsync("true");
        await FailsAsync(StoreFailure.TryAgain, batch.CommitAsync);
        await batch.DisposeAsync();
        Assert.Equal(1, await store.ReadHeadAsync(default));
        await store.RunAsync(StoredOrders.Order());
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task A_connection_that_was_lost_between_batches_is_made_anew()
    {
        await EndSessionsAsync("true");
        await FailsAsync(StoreFailure.TryAgain, async () => await store.BeginAsync([]));
        Assert.Contains(reach, why => why is not null); // it was lost; who waits for rows may have found it again by now
        await store.RunAsync(StoredOrders.Order());
        Assert.True(store.IsReachable);
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task A_commit_that_fails_in_its_last_step_left_nothing()
    {
        await Postgres.ExecuteAsync(name, """
            CREATE TABLE gate (id int); CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE gate; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()
            """);
        await using var holder = new Npgsql.NpgsqlConnection(Postgres.StoreOf(name) + ";Pooling=false");
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE gate", holder))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var batch = await BeginAsync();
        var committing = batch.CommitAsync().AsTask();
        await UntilAsync("wait_event_type = 'Lock'");
        await EndSessionsAsync("wait_event_type = 'Lock'");
        await transaction.RollbackAsync();
        await FailsAsync(StoreFailure.TryAgain, () => new(committing));
        Assert.Equal(1, await store.ReadHeadAsync(default));
    }

    [Theory]
    [InlineData("pg_terminate_backend")]
    [InlineData("pg_cancel_backend")]
    public async Task A_commit_whose_wait_for_the_standby_was_ended_is_done_once_a_standby_has_it_and_not_before(string end)
    {
        var batch = await BeginAsync();
        await AskForStandbyAsync();
        var committing = batch.CommitAsync().AsTask();
        await UntilAsync("wait_event = 'SyncRep'");
        await Postgres.ExecuteAsync(name, $"SET synchronous_commit = local; CREATE TABLE ended AS SELECT clock_timestamp() AS at, {end}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        await UntilAsync("wait_event = 'SyncRep' AND xact_start > (SELECT at FROM ended)"); // it looks, and is not told yet
        Assert.False(committing.IsCompleted);
        await ResetAsync();
        await committing.WaitAsync(Deadlines.Patience);
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task A_commit_that_takes_longer_than_its_deadline_is_left_to_itself_and_answered_as_it_came_out()
    {
        var batch = await BeginAsync();
        await AskForStandbyAsync();
        var committing = batch.CommitAsync().AsTask();
        await UntilAsync("query = 'COMMIT' AND wait_event = 'SyncRep'");
        await UntilAsync("query LIKE '%confirmed%' AND wait_event_type = 'Lock'"); // behind the head, which the commit holds
        Assert.False(committing.IsCompleted);
        await ResetAsync();
        await committing.WaitAsync(Deadlines.Patience);
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task What_a_restarted_primary_shows_is_read_only_once_a_standby_has_it()
    {
        await AskForStandbyAsync();
        await EndSessionsAsync("true");
        var reading = store.ReadOrderAsync(1, Given.Client, default).AsTask();
        await UntilAsync("query LIKE '%confirmed%' AND wait_event = 'SyncRep'");
        using var soon = new CancellationTokenSource();
        var cancelled = store.ReadOrderAsync(1, Given.Client, soon.Token).AsTask();
        await soon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(reading.IsCompleted);
        await ResetAsync();
        Assert.Equal(1, (await reading.WaitAsync(Deadlines.Patience))!.Id);
    }

    [Fact]
    public async Task A_primary_that_takes_no_writes_is_try_again_until_it_does()
    {
        await SetAsync("default_transaction_read_only", "on");
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (await Record.ExceptionAsync(async () => await (await store.BeginAsync([])).DisposeAsync()) is null)
        {
            patience.Token.ThrowIfCancellationRequested(); // a setting takes a moment
        }

        await FailsAsync(StoreFailure.TryAgain, async () => await store.BeginAsync([]));
        Assert.False(store.IsReachable);
        await ResetAsync();
        await store.RunAsync(StoredOrders.Order());
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task A_full_disk_is_told_as_such_and_reads_go_on()
    {
        await Postgres.ExecuteAsync(name, """
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION full_disk()
            """);
        await FailsAsync(StoreFailure.Full, async () => await store.RunAsync(StoredOrders.Order()));
        Assert.Equal(1, (await store.ReadOrderAsync(1, Given.Client, default))!.Id);
        await Postgres.ExecuteAsync(name, "DROP TRIGGER full_disk ON log");
        await store.RunAsync(StoredOrders.Order());
        Assert.Equal(2, await store.ReadHeadAsync(default));
    }

    [Fact]
    public async Task A_schema_that_is_not_ours_any_more_is_broken()
    {
        await Postgres.ExecuteAsync(name, "UPDATE head SET schema_version = 90, compatible_since = 90");
        var failed = await FailsAsync(StoreFailure.Broken, async () => await store.BeginAsync([]));
        Assert.Contains("start the newer version", failed.Message, StringComparison.Ordinal);
        await Postgres.ExecuteAsync(name, "UPDATE head SET compatible_since = 1; DROP TABLE replacements");
        await FailsAsync(StoreFailure.Broken, async () => await store.RunAsync(new ApproveOrderRequest { OrderId = 1 }));
    }

    [Fact]
    public async Task Commands_wait_through_a_restart_of_the_database_and_come_back_as_done()
    {
        await using var server = await TestServer.StartAsync(options => options.Store = Postgres.StoreOf(name));
        using var client = server.Client();
        Assert.Equal(2, (await client.PlaceAsync()).Id);
        await Postgres.StopAsync("QUIT"); // as a crash is
        var waiting = Enumerable.Range(0, 10).Select(_ => client.PlaceAsync()).ToList();
        await Postgres.ContinueAsync();
        Assert.Equal(Enumerable.Range(3, 10).Select(id => (long)id), (await Task.WhenAll(waiting).WaitAsync(Deadlines.Patience)).Select(order => order.Id).Order());
    }

    private async Task<PostgresOrderStore> OpenAsync() =>
        await PostgresOrderStore.OpenAsync(await PostgresDatabase.OpenAsync(Postgres.StoreOf(name), "", reach.Enqueue, default), default);

    // A batch that has one order in it.
    private async Task<IOrderBatch> BeginAsync()
    {
        var pending = new PendingCommand(StoredOrders.Order(), Given.Client, null, CancellationToken.None);
        var batch = await store.BeginAsync([pending]);
        Assert.Null(CommandRunner.Run(batch, pending, Given.Noon).Refusal);
        return batch;
    }

    private static async Task<StoreException> FailsAsync(StoreFailure failure, Func<ValueTask> run)
    {
        var failed = await Assert.ThrowsAsync<StoreException>(() => run().AsTask().WaitAsync(Deadlines.Patience));
        Assert.Equal(failure, failed.Failure);
        return failed;
    }

    private Task EndSessionsAsync(string which) => Postgres.ExecuteAsync(name, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OfServers} AND {which}");

    private async Task SetAsync(string setting, string value)
    {
        await Postgres.ExecuteAsync(name, $"ALTER SYSTEM SET {setting} = {value}");
        await Postgres.ExecuteAsync(name, "SELECT pg_reload_conf()");
    }

    // From now on a commit waits for a standby that there is not: once one was seen to, since a setting takes a moment.
    private async Task AskForStandbyAsync()
    {
        await Postgres.ExecuteAsync(name, "CREATE TABLE probe (id int)");
        await SetAsync("synchronous_standby_names", "'none'");
        while (true)
        {
            var probe = Postgres.ExecuteAsync(name, "INSERT INTO probe VALUES (1)");
            if (await SeenAsync("query LIKE 'INSERT INTO probe%' AND wait_event = 'SyncRep'", probe))
            {
                await Postgres.ExecuteAsync(name, "SET synchronous_commit = local; SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO probe%' AND wait_event = 'SyncRep'");
                await probe;
                return;
            }
        }
    }

    private async Task ResetAsync()
    {
        await Postgres.ExecuteAsync(name, "ALTER SYSTEM RESET ALL");
        await Postgres.ExecuteAsync(name, "SELECT pg_reload_conf()");
    }

    // Until a session of a server is as described.
    private async Task UntilAsync(string state) => Assert.True(await SeenAsync($"{OfServers} AND {state}", new TaskCompletionSource().Task));

    // Whether a session is as described before something else is done.
    private async Task<bool> SeenAsync(string state, Task before)
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await using var connection = new Npgsql.NpgsqlConnection(Postgres.StoreOf(name) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand($"SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {state}", connection);
        while (!before.IsCompleted)
        {
            if ((long)(await command.ExecuteScalarAsync(patience.Token))! > 0)
            {
                return true;
            }
        }

        return false;
    }
}
