using OrderGrpc.Server;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage;

/// <summary>Commands given to a store without a server, many in one batch.</summary>
public static class StoredOrders
{
    /// <summary>Puts so many orders into a data folder.</summary>
    public static Task FillAsync(string folder, int count) => FillAsync(folder, Enumerable.Repeat(Order(), count));

    /// <summary>Puts so many orders where a server with these options will have them.</summary>
    public static async Task FillAsync(ServerOptions place, int count)
    {
        if (place.Store.Length == 0)
        {
            await FillAsync(place.Data, count);
            return;
        }

        await using var store = await PostgresOrderStore.OpenAsync(await PostgresDatabase.OpenAsync(place.Store, "", _ => { }, CancellationToken.None), CancellationToken.None);
        await store.RunAsync([.. Enumerable.Repeat(Order(), count)]);
    }

    /// <summary>Puts these orders into a data folder.</summary>
    public static async Task FillAsync(string folder, IEnumerable<PlaceOrderRequest> orders)
    {
        OwnerOnly.MakeAllFilesSo();
        OwnerOnly.MakeFolder(folder);
        using (var store = new SqliteOrderStore(folder))
        {
            await store.RunAsync([.. orders]);
        }

        OwnerOnly.CloseFolder(folder);
    }

    /// <summary>An order of the client to the supplier.</summary>
    public static PlaceOrderRequest Order()
    {
        var request = Requests.Place();
        request.Supplier = "supplier";
        return request;
    }

    /// <summary>Runs commands in one batch, each of which must be allowed.</summary>
    public static Task RunAsync(this IOrderStore store, params IOrderCommand[] commands) =>
        store.RunAsync([.. commands.Select(command => new PendingCommand(command, CallerOf(command), null, CancellationToken.None))]);

    /// <summary>Runs a command that has a request id.</summary>
    public static Task RunAsync(this IOrderStore store, IOrderCommand command, string requestId) =>
        store.RunAsync([new PendingCommand(command, CallerOf(command), new RequestKey(CallerOf(command), requestId, [1]), CancellationToken.None)]);

    private static Caller CallerOf(IOrderCommand command) => command.Role == Role.Client ? Given.Client : Given.Supplier;

    private static async Task RunAsync(this IOrderStore store, PendingCommand[] pending)
    {
        await using var batch = await store.BeginAsync(pending);
        Assert.All(pending, command => Assert.Null(CommandRunner.Run(batch, command, Given.Noon).Refusal));
        await batch.CommitAsync();
    }
}
