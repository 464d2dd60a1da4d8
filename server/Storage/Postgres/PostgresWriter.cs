using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// The one connection of this server that writes. It has no timeout and no token from the moment that
/// a commit is sent, since the database takes a cancelled wait for a standby for a success. On its own
/// deadline the connection is left to itself instead, and what became of the commit is looked up in the
/// log: the head, which the commit holds until it is decided, is asked for first.
/// </summary>
internal sealed class PostgresWriter(PostgresDatabase database) : IAsyncDisposable
{
    private NpgsqlConnection? connection;

    /// <summary>The process that serves this connection: its notifications are this server's own.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Begins a batch: locks the head, and loads.</summary>
    public async Task<BatchLoad> BeginAsync(IReadOnlyList<IBatchNeed> needs)
    {
        try
        {
            connection ??= await OpenAsync();
            var load = BatchLoad.Run(connection, needs);
            database.Reached();
            return load;
        }
        catch (Exception e)
        {
            await DropAsync();
            throw await FailAsync(e);
        }
    }

    /// <summary>Loads more for a batch that has begun.</summary>
    public async ValueTask FetchAsync(BatchLoad load, IReadOnlyList<IBatchNeed> needs)
    {
        try
        {
            load.Fetch(connection!, needs);
        }
        catch (Exception e)
        {
            await DropAsync();
            throw await FailAsync(e);
        }
    }

    /// <summary>Writes and commits: returns when that is durable.</summary>
    public async Task CommitAsync(BatchAppend append, long lastOrder)
    {
        Exception failure;
        using (var notices = new CommitNotices(connection!))
        {
            try
            {
                await RunAsync(append.Write(connection!, lastOrder));
                notices.ThrowIfCancelled();
                return;
            }
            catch (Exception e) when (PostgresFailures.IsRefusal(e))
            {
                await DropAsync();
                throw await FailAsync(e);
            }
            catch (Exception e) when (PostgresFailures.Of(e) is not null)
            {
                failure = e;
            }
        }

        await DropAsync();
        if (!await FindOutAsync(append.First, failure))
        {
            throw new StoreException(StoreFailure.TryAgain, failure);
        }
    }

    /// <summary>Ends the transaction and gives the head back, having written nothing.</summary>
    public async ValueTask RollBackAsync()
    {
        if (connection is null)
        {
            return;
        }

        try
        {
            await using var command = new NpgsqlCommand("ROLLBACK", connection) { CommandTimeout = (int)PostgresLimits.BeginPatience.TotalSeconds };
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            await DropAsync(); // which takes it back as well
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    // Where the deadline passes, the connection goes on by itself: it is given back when the commit has ended, in whichever way.
    private async Task RunAsync(NpgsqlBatch batch)
    {
        var running = batch.ExecuteNonQueryAsync(CancellationToken.None);
        try
        {
            await running.WaitAsync(PostgresLimits.CommitPatience);
            await batch.DisposeAsync();
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            var left = connection!;
            connection = null;
            _ = running.ContinueWith(
                async _ =>
                {
                    await batch.DisposeAsync();
                    await left.DisposeAsync();
                },
                TaskScheduler.Default);
            throw;
        }
    }

    // Whether the batch that begins with this row is in the log, and durable.
    private async Task<bool> FindOutAsync(LogRow first, Exception failure)
    {
        using var patience = new CancellationTokenSource(PostgresLimits.FindOutPatience);
        while (!patience.IsCancellationRequested)
        {
            try
            {
                await database.LostAsync(failure, patience.Token);
                var found = await LookAsync(first.Position);
                database.Reached();
                return found is not null && found.AsSpan().SequenceEqual(first.Event);
            }
            catch (Exception e) when (PostgresFailures.Of(e) == StoreFailure.TryAgain)
            {
                failure = e;
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        throw new StoreException(StoreFailure.Unknown, failure);
    }

    private async Task<byte[]?> LookAsync(long position)
    {
        var opened = await OpenAsync();
        var looking = Confirmation.ReadEventAsync(opened, position);
        try
        {
            return await looking.WaitAsync(PostgresLimits.CommitPatience);
        }
        finally
        {
            _ = looking.ContinueWith(async _ => await opened.DisposeAsync(), TaskScheduler.Default);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var opened = await database.OpenAsync(CancellationToken.None);
        ProcessId = opened.ProcessID;
        return opened;
    }

    private async ValueTask DropAsync()
    {
        var dropped = connection;
        connection = null;
        if (dropped is not null)
        {
            await dropped.DisposeAsync();
        }
    }

    private async Task<Exception> FailAsync(Exception e)
    {
        if (e is StoreException || PostgresFailures.Of(e) is not { } failure)
        {
            return e;
        }

        if (failure == StoreFailure.TryAgain)
        {
            await database.LostAsync(e, CancellationToken.None);
        }

        return new StoreException(failure, e);
    }
}
