using System.Globalization;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Hears of what other servers have committed, and hands it on as the writer does with its own. A
/// notification is no more than a reason to look at once: each second it is looked in any case.
/// </summary>
internal sealed class LogListener(PostgresDatabase database, CommittedRows committed, Func<int> ownProcess) : IAsyncDisposable
{
    /// <summary>Where a server tells the others that there are rows.</summary>
    public const string Channel = "ordergrpc";

    private readonly CancellationTokenSource ending = new();
    private Task running = Task.CompletedTask;
    private volatile bool woken;
    private bool wentBack; // by what the last connection has shown

    /// <summary>Begins to listen, for rows after a position.</summary>
    public void Start(long head)
    {
        committed.Add(new LogPage([], head));
        running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    private async Task RunAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenAsync(ending.Token);
                await ListenAsync(connection);
            }
            catch (Exception) when (ending.IsCancellationRequested)
            {
                // The server stops.
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Broken)
            {
                committed.Fail(e);
                return;
            }
            catch (Exception e)
            {
                await LostAsync(e);
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection)
    {
        connection.Notification += (_, told) => woken |= told.PID != ownProcess();
        await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
        {
            await listen.ExecuteNonQueryAsync(ending.Token);
        }

        while (true)
        {
            woken = false;
            for (var more = true; more;)
            {
                more = await LookAsync(connection);
            }

            database.Reached();
            using var poll = new CancellationTokenSource(PostgresLimits.PollInterval);
            while (!woken && !poll.IsCancellationRequested)
            {
                await connection.WaitAsync(PostgresLimits.PollInterval, ending.Token); // returns for each of our own as well
            }
        }
    }

    // Whether there may be more.
    private async Task<bool> LookAsync(NpgsqlConnection connection)
    {
        var after = committed.Known;
        var (page, head) = committed.AreWanted
            ? await OrderReads.LogAndHeadAsync(connection, LogFilter.All, after, ending.Token)
            : (new LogPage([], after), await OrderReads.HeadAsync(connection, ending.Token));
        if (head < after)
        {
            database.Forget();
            throw WentBack(head, after);
        }

        wentBack = false;
        if (head > after)
        {
            committed.Add(page.Rows.Count > 0 ? page : new LogPage([], head));
        }

        return page.Rows.Count > 0 && page.Rows[^1].Position == page.ReadTo && page.Rows.Count == StoreLimits.RowsPerSlice;
    }

    // One that was the primary may show less, as long as it does not know that it is that no more. A new
    // connection has committed once before it shows anything: then it is so.
    private Exception WentBack(long head, long known)
    {
        if (!wentBack)
        {
            wentBack = true;
            return new NpgsqlException("the database shows less than it has shown");
        }

        return new StoreException(StoreFailure.Broken, new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"the log of {database.Name} ends at position {head}, and this server knows it up to {known}: the database was restored to an earlier time, is another one, or has lost in a failover what was acknowledged. Stop all its servers, see which one it is, and start them anew")));
    }

    private async Task LostAsync(Exception e)
    {
        try
        {
            await database.LostAsync(e, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
