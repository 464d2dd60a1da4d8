using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>Attempts, time and answers that are not what they should be.</summary>
public sealed class RetryTests : IDisposable
{
    private static readonly string[] Place = ["order", "place", "--name", "a", "--email", "a@b", "--line", "x"];

    private readonly TestFolder folder = new();
    private readonly ConcurrentQueue<string> requestIds = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(StatusCode.Unavailable, "SHUTTING_DOWN")]
    [InlineData(StatusCode.Unavailable, "OUTCOME_UNKNOWN")]
    [InlineData(StatusCode.ResourceExhausted, "QUEUE_FULL")]
    [InlineData(StatusCode.ResourceExhausted, "RATE_LIMITED")]
    public async Task A_command_is_sent_again_under_one_request_id(StatusCode code, string reason)
    {
        var retry = new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(10)) };
        await using var server = await MisbehavingServer.StartAsync((request, _) =>
        {
            requestIds.Enqueue(request.RequestId);
            return requestIds.Count < 3
                ? throw MisbehavingServer.Refusal(code, reason, "not now", retry)
                : Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7 } });
        });
        var result = await Cli(server).ClientAsync(Place);
        Assert.Equal((ExitCodes.Done, "Next: client-cli order wait 7 --for quote_sent\n"), (result.ExitCode, result.Error));
        Assert.Equal(3, requestIds.Count);
        Assert.Equal(7, Guid.Parse(Assert.Single(requestIds.Distinct())).Version);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "SHUTTING_DOWN", ExitCodes.Unreachable)]
    [InlineData(StatusCode.ResourceExhausted, "DISK_FULL", ExitCodes.Refused)]
    [InlineData(StatusCode.Internal, "INTERNAL", ExitCodes.Refused)]
    [InlineData(StatusCode.Unauthenticated, "TOKEN_EXPIRED", ExitCodes.NotAllowed)]
    [InlineData(StatusCode.InvalidArgument, "INVALID_FIELD", ExitCodes.Usage)]
    [InlineData(StatusCode.DeadlineExceeded, "DEADLINE", ExitCodes.Timeout)]
    public async Task A_failure_that_stays_ends_it_with_the_code_of_its_kind(StatusCode code, string reason, int exitCode)
    {
        await using var server = await MisbehavingServer.StartAsync((_, _) => throw MisbehavingServer.Refusal(code, reason, "no"));
        Assert.Equal(exitCode, (await Cli(server).ClientAsync(Place)).ExitCode);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_4_and_says_how_to_repeat_it_safely()
    {
        await using var server = await MisbehavingServer.StartAsync(async (request, context) =>
        {
            requestIds.Enqueue(request.RequestId);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new PlaceOrderResponse();
        });
        var result = await Cli(server).ClientAsync([.. Place, "--timeout", "300ms"]);
        Assert.Equal(ExitCodes.Timeout, result.ExitCode);
        Assert.Contains($"--request-id {Assert.Single(requestIds)}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_before_the_answer_says_how_to_repeat_it_safely()
    {
        var asked = new TaskCompletionSource();
        await using var server = await MisbehavingServer.StartAsync(async (request, context) =>
        {
            requestIds.Enqueue(request.RequestId);
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new PlaceOrderResponse();
        });
        using var place = Cli(server).Start(Role.Client, Place, TextReader.Null);
        await asked.Task.WaitAsync(Deadlines.Patience);
        var result = await place.StopAsync();
        Assert.Equal((ExitCodes.Interrupted, ""), (result.ExitCode, result.Output));
        Assert.Contains($"--request-id {Assert.Single(requestIds)}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_by_a_server_that_says_nothing_about_it_is_told_by_its_state()
    {
        await using var server = await MisbehavingServer.StartAsync((_, _) => Task.FromResult(new PlaceOrderResponse { Order = new Order { Id = 7, State = Order.Types.State.Placed } }));
        Assert.Equal("Order 7\nOrder 7: PLACED\n", (await Cli(server).ClientAsync(Place)).Output);
    }

    [Fact]
    public async Task What_a_server_says_does_not_reach_the_terminal_raw()
    {
        var localized = new LocalizedMessage { Locale = "en", Message = "\u001b[31mred\u202e" };
        await using var server = await MisbehavingServer.StartAsync((_, _) => throw MisbehavingServer.Refusal(StatusCode.NotFound, "ORDER_NOT_FOUND", "no", localized));
        Assert.Equal("Error: \\u001b[31mred\\u202e\n", (await Cli(server).ClientAsync(Place)).Error);
    }

    [Fact]
    public async Task A_document_that_is_not_that_of_its_digest_is_neither_shown_nor_saved()
    {
        var document = new GetQuoteDocumentResponse { Content = ByteString.CopyFromUtf8("id: 1\n"), Digest = new string('0', 64), Sent = true, FileName = "../../evil" };
        await using var server = await MisbehavingServer.StartAsync((_, _) => Task.FromResult(new PlaceOrderResponse()), document);
        foreach (string[] command in new[] { ["quote", "show", "1", "--save", folder.File("quotes")], ["quote", "show", "1"], (string[])["quote", "approve", "1"] })
        {
            var result = await Cli(server).ClientAsync(command);
            Assert.Equal((ExitCodes.Refused, ""), (result.ExitCode, result.Output));
            Assert.DoesNotContain("id: 1", result.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder.File("quotes")));
    }

    private CliRun Cli(MisbehavingServer server)
    {
        CliRun.WriteToken(folder.File("token"), "token");
        return new CliRun(server.Address, folder.Path) { ["ORDERGRPC_TOKEN_FILE"] = folder.File("token") };
    }
}
