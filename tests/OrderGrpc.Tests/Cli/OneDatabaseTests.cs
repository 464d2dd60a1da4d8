using System.Text.Json;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The tools with two servers over one database, while the one that they use is killed, and the other later.</summary>
public sealed class OneDatabaseTests : IAsyncLifetime
{
    private const int Before = 10; // orders placed by then
    private const int InAll = 30;

    private readonly TestFolder folder = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Commands_are_done_once_and_watches_see_each_event_once_while_one_server_after_the_other_goes()
    {
        var one = await StartAsync(null);
        await using var other = await StartAsync(null);
        var cli = new CliRun($"{one.Address},{other.Address}", folder.Config);
        await PlaceAsync(cli);
        using var watch = cli.Start(Role.Client, ["order", "watch", "--from-beginning", "--output", "jsonl", "--columns", "position,order_id,event"], TextReader.Null);
        using var wait = cli.Start(Role.Client, ["order", "wait", "1", "--for", "approved"], TextReader.Null);
        using var typed = new Typed();
        using var follow = cli.Start(Role.Supplier, ["inbox", "--follow"], typed);
        await watch.Output.ContainsAsync("\"position\":1");
        await follow.Error.ContainsAsync("Verify order 1.");

        var ids = new List<long> { 1 };
        await PlaceAsync(cli, ids, Before);
        var placing = PlaceAsync(cli, ids, InAll - Before);
        await one.KillAsync(); // in the middle of whatever it does
        await placing;
        await watch.Error.ContainsAsync($"Going on with {other.Address}.");
        typed.Type("ok");
        await follow.Output.ContainsAsync("Order 1 approved.");
        Assert.Equal(ExitCodes.Done, (await wait.EndAsync()).ExitCode);

        await using var again = await StartAsync(one.Address);
        placing = PlaceAsync(cli, ids, InAll - Before);
        Assert.Equal(0, await other.StopAsync()); // what runs is answered, and what watches is told
        await placing;
        await follow.Error.ContainsAsync("Amount of the quote for order 1");
        typed.Type("38");
        await follow.Output.ContainsAsync("Quote generated");

        Assert.Equal(ids.Order(), ids.Distinct().Order());
        var stored = JsonDocument.Parse((await cli.ClientAsync("order", "list", "--all", "--output", "json")).Output).RootElement.EnumerateArray().Select(order => long.Parse(order.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(ids.Order(), stored.Order());
        var events = ids.Count + 2; // and the approval, and the draft
        await watch.Output.ContainsAsync($"\"position\":{events},");
        var seen = (await watch.StopAsync()).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64());
        Assert.Equal(Enumerable.Range(1, events).Select(position => (long)position), seen);
        Assert.Equal(ExitCodes.Done, (await follow.StopAsync()).ExitCode);
    }

    private Task<ServerProcess> StartAsync(string? address) => ServerProcess.StartAsync(folder, address, "--store", database.Store);

    private static async Task PlaceAsync(CliRun cli, List<long> ids, int count)
    {
        for (var i = 0; i < count; i++)
        {
            ids.Add(await PlaceAsync(cli));
        }
    }

    private static async Task<long> PlaceAsync(CliRun cli)
    {
        var placed = await cli.ClientAsync("order", "place", "--name", "a", "--email", "a@b", "--line", "x", "--output", "json");
        Assert.True(placed.ExitCode == 0, placed.Error);
        return long.Parse(JsonDocument.Parse(placed.Output).RootElement.GetProperty("order").GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
