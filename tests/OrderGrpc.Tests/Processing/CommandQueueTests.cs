using Google.Rpc;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Processing;

/// <summary>What happens to commands while the writer cannot write: another program holds the file's lock for a moment.</summary>
public sealed class CommandQueueTests
{
    [Fact]
    public async Task A_full_queue_refuses_at_once_and_says_when_to_retry_and_the_queued_are_answered()
    {
        var (server, data) = await StartAsync(maxQueued: 2);
        await using var _ = server;
        using var client = server.Client();
        List<Task<PlaceOrderResponse>> calls;
        using (Hold(data))
        {
            calls = [.. Enumerable.Range(0, 30).Select(i => client.Client.PlaceOrderAsync(Requests.Place($"order {i}")).ResponseAsync)];
            Assert.True((await Task.WhenAny(calls)).IsFaulted, "the first to return is one that was refused");
        }

        var (answered, refused) = (new List<PlaceOrderResponse>(), 0);
        foreach (var call in calls)
        {
            try
            {
                answered.Add(await call);
            }
            catch (RpcException e)
            {
                Assert.Equal((StatusCode.ResourceExhausted, "QUEUE_FULL"), (e.StatusCode, Refused.Of(e).Reason));
                Assert.Equal(TimeSpan.FromMilliseconds(100), e.GetRpcStatus()!.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan());
                refused++;
            }
        }

        Assert.True(answered.Count > 0 && refused > 0);
        Assert.Equal(Enumerable.Range(1, answered.Count).Select(i => (long)i), answered.Select(a => a.Position).Order());
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        var log = (await watch.UntilAsync(Kind.CaughtUp)).SkipLast(1).Select(m => m.Event.Order.Lines[0].Description);
        Assert.Equal(answered.OrderBy(a => a.Position).Select(a => a.Order.Lines[0].Description), log);
    }

    [Fact]
    public async Task A_refused_command_does_not_fail_those_it_waits_with()
    {
        var (server, data) = await StartAsync(maxQueued: 1000);
        await using var _ = server;
        using var client = server.Client();
        using var supplier = server.Supplier();
        List<Task<PlaceOrderResponse>> good;
        List<Task<Refused>> bad;
        using (Hold(data))
        {
            good = [];
            bad = [];
            for (var i = 0; i < 40; i++)
            {
                good.Add(client.Client.PlaceOrderAsync(Requests.Place()).ResponseAsync);
                bad.Add(Refused.By(supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = 1_000_000 })));
            }
        }

        var positions = (await Task.WhenAll(good)).Select(a => a.Position).Order();
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), positions);
        Assert.All(await Task.WhenAll(bad), refused => Assert.Equal("ORDER_NOT_FOUND", refused.Reason));
    }

    [Fact]
    public async Task Commands_of_one_order_that_wait_together_each_see_what_the_one_before_did()
    {
        var (server, data) = await StartAsync(maxQueued: 1000);
        await using var _ = server;
        using var client = server.Client();
        using var supplier = server.Supplier();
        var order = await client.PlaceAsync();
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = order.Id });
        List<Task<DraftQuoteResponse>> drafts;
        using (Hold(data))
        {
            drafts = [.. Enumerable.Range(1, 40).Select(i => supplier.Supplier.DraftQuoteAsync(Requests.Draft(order.Id, i)).ResponseAsync)];
        }

        var answers = (await Task.WhenAll(drafts)).OrderBy(a => a.Position).ToList();
        Assert.Equal(Enumerable.Range(1, 40), answers.Select(a => a.Order.Quote.Revision));
        Assert.Equal(Enumerable.Range(3, 40).Select(i => (long)i), answers.Select(a => a.Order.Revision));
    }

    [Fact]
    public async Task A_lock_that_another_program_holds_too_long_is_try_again_and_the_server_goes_on()
    {
        var (server, data) = await StartAsync(maxQueued: 1000);
        await using var _ = server;
        using var client = server.Client();
        using (Hold(data))
        {
            var failed = await Assert.ThrowsAsync<RpcException>(() => client.PlaceAsync());
            Assert.Equal((StatusCode.Unavailable, "STORE_BUSY"), (failed.StatusCode, Refused.Of(failed).Reason));
            Assert.Equal(TimeSpan.FromSeconds(1), failed.GetRpcStatus()!.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan());
        }

        Assert.Equal(1, (await client.PlaceAsync()).Id); // the one that was refused has left nothing
    }

    [Fact]
    public async Task What_is_left_in_the_queue_of_a_stopping_server_and_fails_is_told_by_its_exit_code()
    {
        var (server, data) = await StartAsync(maxQueued: 2, ServerLimits.Default with
        {
            Host = new() { ShutdownTimeout = TimeSpan.FromMilliseconds(1), FailureExit = Deadlines.Patience },
        });
        await using var _ = server;
        using var client = server.Client();
        using var stop = new CancellationTokenSource();
        Task<int> ended;
        using (var other = Hold(data))
        {
            var calls = Enumerable.Range(0, 30).Select(i => client.Client.PlaceOrderAsync(Requests.Place($"order {i}")).ResponseAsync).ToList();
            Assert.True((await Task.WhenAny(calls)).IsFaulted, "the first to return is one that was refused");
            ended = server.EndAsync(stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<RpcException>(() => Task.WhenAll(calls)); // nobody waits for the rest any more
            await server.AppIsGoneAsync(); // the queue is what is left
            Execute(other, "DROP TABLE log; COMMIT");
        }

        Assert.Equal(ServerExitCodes.StoreFailed, await ended);
    }

    private static async Task<(TestServer Server, string Data)> StartAsync(int maxQueued, ServerLimits? limits = null)
    {
        var data = "";
        var server = await TestServer.StartAsync(options => (data, options.MaxQueuedCommands) = (options.Data, maxQueued), limits);
        return (server, data);
    }

    // Until disposed nobody else can begin to write; the server waits for it, up to its busy timeout.
    private static SqliteConnection Hold(string data)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(data, "orders.db")};Pooling=False");
        connection.Open();
        Execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
