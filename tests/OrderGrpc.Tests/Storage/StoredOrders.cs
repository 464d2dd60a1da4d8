using OrderGrpc.Server.Files;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
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
    public static async Task RunAsync(this IOrderStore store, params IOrderCommand[] commands)
    {
        PendingCommand[] pending = [.. commands.Select(command =>
            new PendingCommand(command, command.Role == Role.Client ? Given.Client : Given.Supplier, null, CancellationToken.None))];
        await using var batch = await store.BeginAsync(pending);
        Assert.All(pending, command => Assert.Null(CommandRunner.Run(batch, command, Given.Noon).Refusal));
        await batch.CommitAsync();
    }
}
