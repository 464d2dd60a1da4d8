using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>The tools while the real server goes away and comes back.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_prompt_that_was_answered_without_a_server_is_done_once_it_is_back()
    {
        using var folder = new TestFolder();
        var server = await ServerProcess.StartAsync(folder);
        var address = server.Address;
        var cli = new CliRun(address, folder.Config);
        Assert.Equal(0, (await cli.ClientAsync("order", "place", "--name", "a", "--email", "a@b", "--line", "x")).ExitCode);
        using var typed = new Typed();
        using var follow = cli.Start(Role.Supplier, ["inbox", "--follow"], typed);
        using var watch = cli.Start(Role.Client, ["order", "watch"], TextReader.Null);
        await follow.Error.ContainsAsync("Verify order 1.");

        await server.DisposeAsync();
        await follow.Error.ContainsAsync("lost; reconnecting");
        await watch.Error.ContainsAsync("lost; reconnecting");
        typed.Type("ok");

        await using var again = await ServerProcess.StartAsync(folder, address);
        await follow.Output.ContainsAsync("Order 1 approved.");
        await watch.Output.ContainsAsync("OrderApproved");
        await watch.Error.ContainsAsync("Connected to");
        Assert.Equal(ExitCodes.Done, (await follow.StopAsync()).ExitCode);
        Assert.Equal(ExitCodes.Done, (await watch.StopAsync()).ExitCode);
    }
}
