using OrderGrpc.CliShell;
using OrderGrpc.Tests.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>order watch and order wait.</summary>
public sealed class WatchCommandTests : ServedCli
{
    [Fact]
    public async Task A_watch_tells_the_past_and_what_comes_until_Ctrl_C()
    {
        await ClientDoesAsync(Place);
        using var watch = Cli.Start(Role.Client, ["order", "watch", "--from-beginning", "--output", "json"], TextReader.Null);
        await watch.Output.ContainsAsync("orderPlaced");
        await SupplierDoesAsync("order", "approve", "1");
        await watch.Output.ContainsAsync("orderApproved");
        var result = await watch.StopAsync();
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        var messages = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => WatchOrdersResponse.Parser.ParseJson(l));
        Assert.Equal([1, 2], messages.Select(m => m.Event.Event.Position));
    }

    [Fact]
    public async Task A_snapshot_is_whole_when_caught_up_is_told()
    {
        await ClientDoesAsync(Place);
        using var watch = Cli.Start(Role.Client, ["order", "watch", "--snapshot", "--output", "json"], TextReader.Null);
        await watch.Output.ContainsAsync("caughtUp");
        Assert.Contains("snapshotOrder", (await watch.StopAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_position_ahead_of_the_log_is_refused()
    {
        var result = await Cli.ClientAsync("order", "watch", "--after", "1000");
        Assert.Equal(ExitCodes.Refused, result.ExitCode);
        Assert.Contains("1000", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_goes_on_where_it_was_and_is_held_by_one_run()
    {
        await ClientDoesAsync(Place);
        string[] command = ["order", "watch", "--cursor", "c", "--from-beginning"];
        using (var first = Cli.Start(Role.Client, command, TextReader.Null))
        {
            await first.Output.ContainsAsync("OrderPlaced");
            var second = await Cli.ClientAsync(command);
            Assert.Equal(ExitCodes.Refused, second.ExitCode);
            Assert.Contains("'c'", second.Error, StringComparison.Ordinal);

            // What follows shows that the cursor has passed the first event.
            await SupplierDoesAsync("order", "approve", "1");
            await first.Output.ContainsAsync("OrderApproved");
            await first.StopAsync();
        }

        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        using var again = Cli.Start(Role.Client, command[..^1], TextReader.Null);
        await again.Output.ContainsAsync("QuoteDrafted");
        Assert.DoesNotContain("OrderPlaced", (await again.StopAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_keeps_its_filter_and_says_how_to_start_it_anew()
    {
        await ClientDoesAsync(Place);
        string[] one = ["order", "watch", "1", "--cursor", "c"];
        using (var first = Cli.Start(Role.Client, [.. one, "--from-beginning"], TextReader.Null))
        {
            await first.Output.ContainsAsync("OrderPlaced");
            await SupplierDoesAsync("order", "approve", "1");
            await first.Output.ContainsAsync("OrderApproved");
            await first.StopAsync();
        }

        var file = Directory.GetFiles(Scratch("ordergrpc/cursors"), "*.c").Single();
        var otherFilter = await Cli.ClientAsync("order", "watch", "--cursor", "c", "--state", "placed");
        Assert.Equal((ExitCodes.Usage, ""), (otherFilter.ExitCode, otherFilter.Output));
        Assert.Contains($"rm '{file}'", otherFilter.Error, StringComparison.Ordinal);
        var anew = await Cli.ClientAsync([.. one, "--from-beginning"]);
        Assert.Equal((ExitCodes.Usage, ""), (anew.ExitCode, anew.Output));
        Assert.Contains($"rm '{file}'", anew.Error, StringComparison.Ordinal);
        Assert.Equal("600", PrivateFolder.ModeOf(file));
        Assert.Equal("700", PrivateFolder.ModeOf(Scratch("ordergrpc/cursors")));
    }

    [Fact]
    public async Task A_program_is_run_per_event_without_a_shell_and_moves_the_cursor_only_on_0()
    {
        await ClientDoesAsync(Place);
        string[] command = ["order", "watch", "--cursor", "p", "--after", "0", "--", "sh", "-c"];
        var failed = await Cli.ClientAsync([.. command, "exit 3"]);
        Assert.Equal(ExitCodes.Refused, failed.ExitCode);
        Assert.Contains("3", failed.Error, StringComparison.Ordinal);

        var seen = Scratch("seen");
        using var watch = Cli.Start(Role.Client, [.. command, "read -r event; echo \"$event\" >> \"$0\"; [ $(wc -l < \"$0\") -lt 2 ]", seen], TextReader.Null);
        await SupplierDoesAsync("order", "approve", "1");
        var ended = await watch.EndAsync();
        Assert.Equal(ExitCodes.Refused, ended.ExitCode);
        var events = (await File.ReadAllLinesAsync(seen)).Select(l => WatchOrdersResponse.Parser.ParseJson(l).Event.Event).ToList();
        Assert.Equal([OrderEvent.EventOneofCase.OrderPlaced, OrderEvent.EventOneofCase.OrderApproved], events.Select(e => e.EventCase));
    }

    [Fact]
    public async Task A_wait_ends_with_the_state_or_elsewhere_or_in_time()
    {
        await ClientDoesAsync(Place);
        Assert.Equal("Order 1: PLACED\n", await ClientDoesAsync("order", "wait", "1", "--for", "placed"));
        Assert.Equal(ExitCodes.Timeout, (await Cli.ClientAsync("order", "wait", "1", "--for", "completed", "--timeout", "50ms")).ExitCode);
        using var wait = Cli.Start(Role.Client, ["order", "wait", "1", "--for", "completed,approved"], TextReader.Null);
        await SupplierDoesAsync("order", "approve", "1");
        Assert.Equal((ExitCodes.Done, "Order 1: APPROVED\n"), ((await wait.EndAsync()).ExitCode, (await wait.EndAsync()).Output));
        await ClientDoesAsync("order", "cancel", "1");
        var elsewhere = await Cli.ClientAsync("order", "wait", "1", "--for", "completed");
        Assert.Equal(ExitCodes.EndedElsewhere, elsewhere.ExitCode);
        Assert.Contains("CANCELLED", elsewhere.Error, StringComparison.Ordinal);
    }
}
