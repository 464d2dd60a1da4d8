using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Grpc.Core;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>Several servers named: which is called, which next, and what is said when none is there.</summary>
public sealed class ServerListTests : IDisposable
{
    private const string Nobody = "http://127.0.0.1:1";
    private static readonly string[] Place = ["order", "place", "--name", "a", "--email", "a@b", "--line", "x"];

    private readonly TestFolder folder = new();
    private readonly ConcurrentQueue<(char Server, string RequestId)> asked = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("http://a:8803,https://b:8803", "--server: http://a:8803 and https://b:8803 cannot be of one deployment")]
    [InlineData("http://a:8803,http://b:8803,http://a:8803", "--server: http://a:8803 and http://a:8803 are the same server")]
    [InlineData("http://localhost:8803,http://[::1]:8803", "--server: http://localhost:8803 and http://[::1]:8803 are the same server")]
    [InlineData("http://a:8803,", "--server: '' is not the address of a server, such as http://127.0.0.1:8803. Did you mean 'http://a:8803'?")]
    [InlineData("http://a:8803;http://b:8803", "Did you mean 'http://a:8803,http://b:8803'?")]
    [InlineData("a:8803,b", "--server: 'a:8803' is not the address of a server, such as http://127.0.0.1:8803. Did you mean 'http://a:8803,http://b:8803'?")]
    [InlineData("http://a:8803/x,http://b:8803", "--server: 'http://a:8803/x' is not the address of a server, such as http://127.0.0.1:8803.\n")]
    [InlineData("http://h:1,http://h:2,http://h:3,http://h:4,http://h:5,http://h:6,http://h:7,http://h:8,http://h:9,http://h:10,http://h:11,http://h:12,http://h:13,http://h:14,http://h:15,http://h:16,http://h:17", "--server: at most 16 servers can be named, and these are 17")]
    public async Task A_list_that_is_none_is_a_wrong_command_line(string servers, string told)
    {
        var result = await Cli("").ClientAsync("order", "list", "--server", servers);
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_server_is_asked_where_one_is_not_there_with_the_token_of_the_first_that_has_one()
    {
        await using var server = await TestServer.StartAsync();
        Directory.CreateDirectory(folder.File("ordergrpc"));
        CliRun.WriteToken(folder.File($"ordergrpc/localhost_{new Uri(server.Address).Port}.client.token"), server.Issue(Role.Client, "acme"));
        var result = await new CliRun($"{Nobody}, {server.Address}", folder.Path).ClientAsync("whoami", "--output", "json");
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.Equal(server.Address, JsonDocument.Parse(result.Output).RootElement.GetProperty("server").GetString());
    }

    [Theory]
    [InlineData("order list")]
    [InlineData("order place --name a --email a@b --line x")]
    [InlineData("order watch")]
    [InlineData("order wait 1 --for completed")]
    [InlineData("inbox --follow")]
    public async Task Where_none_is_there_each_is_told_with_its_cause(string line)
    {
        var result = await Cli($"{Nobody},http://127.0.0.1:2").ClientAsync(line.Split(' '));
        Assert.Equal((ExitCodes.Unreachable, ""), (result.ExitCode, result.Output));
        Assert.EndsWith(
            "Error: None of the 2 servers can be reached:\n  http://127.0.0.1:1: Connection refused\n  http://127.0.0.1:2: Connection refused\n"
            + "Is one of them running? Start it, or name others with --server URL,URL or ORDERGRPC_SERVER.\n",
            result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_are_told_the_cause_of_each_by_its_address()
    {
        await using var draining = await StartAsync('b', (_, _) => throw MisbehavingServer.Refusal(StatusCode.Unavailable, "SHUTTING_DOWN", "going"));
        var result = await Cli($"{Nobody},{draining.Address}").ClientAsync([.. Place, "--output", "json"]);
        var error = JsonDocument.Parse(result.Error).RootElement.GetProperty("error");
        Assert.Equal((ExitCodes.Unreachable, "UNAVAILABLE"), (result.ExitCode, error.GetProperty("code").GetString()));
        Assert.Equal(("Connection refused", "going"), (error.GetProperty("metadata").GetProperty(Nobody).GetString(), error.GetProperty("metadata").GetProperty(draining.Address).GetString()));
    }

    [Theory]
    [InlineData("SHUTTING_DOWN")]
    [InlineData("OUTCOME_UNKNOWN")]
    [InlineData(null)]
    public async Task A_command_that_one_server_fails_goes_to_the_next_with_its_request_id_and_the_rest_stays_there(string? reason)
    {
        await using var one = await StartAsync('a', (_, context) =>
        {
            if (reason is null)
            {
                context.GetHttpContext().Abort(); // it does not say why
            }

            throw MisbehavingServer.Refusal(StatusCode.Unavailable, reason ?? "", "going");
        });
        await using var other = await StartAsync('b', (_, _) => Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7 } }));
        var result = await Cli($"{one.Address},{other.Address}").ClientAsync(Place);
        Assert.Equal((ExitCodes.Done, "Next: client-cli order wait 7 --for quote_sent\n"), (result.ExitCode, result.Error));
        Assert.Equal("ab", string.Concat(asked.Select(call => call.Server)));
        Assert.Single(asked.Select(call => call.RequestId).Distinct());
    }

    [Fact]
    public async Task They_are_tried_in_turn_as_often_as_one_alone()
    {
        await using var one = await StartAsync('a', (_, _) => throw MisbehavingServer.Refusal(StatusCode.Unavailable, "SHUTTING_DOWN", "going"));
        await using var other = await StartAsync('b', (_, _) => throw MisbehavingServer.Refusal(StatusCode.Unavailable, "SHUTTING_DOWN", "going"));
        var result = await Cli($"{one.Address},{other.Address}").ClientAsync([.. Place, "--timeout", "1m"]);
        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.Equal("abababababab"[..(2 * RetryPolicy.AttemptsWhenUnreachable)], string.Concat(asked.Select(call => call.Server)));
        Assert.Contains($"--request-id {asked.First().RequestId}", result.Error, StringComparison.Ordinal); // it may have been done
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_and_not_fled()
    {
        await using var one = await StartAsync('a', (_, _) => asked.Count < 3
            ? throw MisbehavingServer.Refusal(StatusCode.ResourceExhausted, "RATE_LIMITED", "later")
            : Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7 } }));
        Assert.Equal(ExitCodes.Done, (await Cli($"{one.Address},{Nobody}").ClientAsync(Place)).ExitCode);
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task One_that_takes_connections_and_does_nothing_is_left_within_the_time_of_the_command()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start(); // the kernel takes the connection, and nobody reads it
        await using var other = await StartAsync('b', (_, _) => Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7 } }));
        var result = await Cli($"http://{frozen.LocalEndpoint},{other.Address}").ClientAsync(Place);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
    }

    [Fact]
    public async Task Time_that_runs_out_at_one_is_told_with_what_the_others_were_left_for()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        var result = await Cli($"{Nobody},http://{frozen.LocalEndpoint}").ClientAsync([.. Place, "--timeout", "300ms"]);
        Assert.Equal(ExitCodes.Timeout, result.ExitCode);
        Assert.StartsWith($"Error: No answer from http://{frozen.LocalEndpoint} in time. --timeout allows more.\n  {Nobody}: Connection refused\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_told_to_type_next_goes_to_the_same_servers()
    {
        await using var other = await StartAsync('b', (_, _) => Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7 } }));
        var token = folder.File("Jon's token");
        CliRun.WriteToken(token, "token");
        var result = await Cli("").ClientAsync([.. Place, "--server", $"{Nobody},{other.Address}", "--token-file", token]);
        Assert.Equal(
            $"Next: client-cli order wait 7 --for quote_sent --server {Nobody},{other.Address} --token-file '{folder.Path}/Jon'\\''s token'\n", result.Error);
    }

    [Fact]
    public async Task A_context_has_a_list_and_its_token_goes_to_those_alone()
    {
        await using var server = await TestServer.StartAsync();
        var cli = new CliRun("", folder.Path);
        CliRun.WriteToken(folder.File("acme.token"), server.Issue(Role.Client, "acme"));
        var added = await cli.ClientAsync("context", "add", "both", "--server", $"{Nobody},{server.Address}", "--token-file", folder.File("acme.token"));
        Assert.Equal($"* both  {Nobody},{server.Address}  {folder.File("acme.token")}\n", added.Output);
        Assert.Contains("You are acme", (await cli.ClientAsync("whoami")).Output, StringComparison.Ordinal);
        Assert.Contains("You are acme", (await cli.ClientAsync("whoami", "--server", server.Address)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.NotAllowed, (await cli.ClientAsync("whoami", "--server", $"{server.Address},http://127.0.0.1:2")).ExitCode);
    }

    [Fact]
    public async Task What_is_offered_to_complete_comes_from_the_server_that_is_there()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        await client.PlaceAsync();
        CliRun.WriteToken(folder.File("acme.token"), server.Issue(Role.Client, "client"));
        var cli = new CliRun($"{Nobody},{server.Address}", folder.Path) { ["ORDERGRPC_TOKEN_FILE"] = folder.File("acme.token") };
        Assert.Contains("\n1\n", "\n" + (await cli.ClientAsync("[suggest:22]", "client-cli order show ")).Output, StringComparison.Ordinal);
    }

    private Task<MisbehavingServer> StartAsync(char name, Func<PlaceOrderRequest, ServerCallContext, Task<PlaceOrderResponse>> place) =>
        MisbehavingServer.StartAsync((request, context) =>
        {
            asked.Enqueue((name, request.RequestId));
            return place(request, context);
        });

    private CliRun Cli(string servers)
    {
        CliRun.WriteToken(folder.File("token"), "token");
        return new CliRun(servers, folder.Path) { ["ORDERGRPC_TOKEN_FILE"] = folder.File("token") };
    }
}
