using System.Diagnostics;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Contract;

/// <summary>
/// A client that none of this code is in: buf curl, from npm, which knows of the contract only what
/// the server's reflection tells it.
/// </summary>
public sealed class IndependentClientTests : IAsyncLifetime
{
    private const string Buf = "@bufbuild/buf@1.75.0";

    private readonly TestFolder folder = new();
    private ServerProcess? server;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(IsInstalled("npx"), "npx is not installed; it comes with Node.js");
        server = await ServerProcess.StartAsync(folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }

    [Fact]
    public async Task It_places_an_order_and_sees_it_take_its_course()
    {
        var placed = await CallAsync("client", "ClientService/PlaceOrder", """
            { "customer": { "name": "Jon Doe", "email": "john@example.com" }, "lines": [ { "description": "Garden fence", "quantity": "1" } ] }
            """);
        Assert.Equal(("1", "STATE_PLACED"), (placed.GetProperty("position").GetString(), placed.GetProperty("order").GetProperty("state").GetString()));
        var approved = await CallAsync("supplier", "SupplierService/ApproveOrder", """{ "orderId": "1" }""");
        Assert.Equal("STATE_APPROVED", approved.GetProperty("order").GetProperty("state").GetString());
        var read = await CallAsync("client", "OrderQueryService/GetOrder", """{ "orderId": "1" }""");
        Assert.Equal("2", read.GetProperty("order").GetProperty("revision").GetString());
    }

    [Fact]
    public async Task It_watches_the_past_and_then_what_happens()
    {
        using var client = server!.Client();
        using var supplier = server.Supplier();
        var order = await client.PlaceAsync();
        using var watch = Start(server.Token("client"), "ordergrpc.v1.OrderQueryService/WatchOrders", """{ "beginning": true }""");
        var messages = Messages(watch.StandardOutput).GetAsyncEnumerator();
        try
        {
            Assert.Equal("1", (await NextAsync(messages)).GetProperty("event").GetProperty("order").GetProperty("id").GetString());
            Assert.True((await NextAsync(messages)).TryGetProperty("caughtUp", out _));
            await supplier.Supplier.ApproveOrderAsync(new V1.ApproveOrderRequest { OrderId = order.Id });
            var approved = await NextAsync(messages);
            Assert.Equal("2", approved.GetProperty("position").GetString());
            Assert.True(approved.GetProperty("event").GetProperty("event").TryGetProperty("orderApproved", out _));
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await messages.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_is_told_why_a_command_is_refused()
    {
        var (exitCode, _, errors) = await RunAsync(server!.Token("client"), "ordergrpc.v1.ClientService/CancelOrder", """{ "orderId": "7" }""");
        Assert.NotEqual(0, exitCode);
        var error = Json(errors);
        Assert.Equal(("not_found", "there is no order 7"), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        var detail = error.GetProperty("details").EnumerateArray().Single(d => d.GetProperty("type").GetString() == "google.rpc.ErrorInfo").GetProperty("value").GetString()!;
        var info = ErrorInfo.Parser.ParseFrom(Convert.FromBase64String(detail.PadRight((detail.Length + 3) / 4 * 4, '=')));
        Assert.Equal(("ORDER_NOT_FOUND", "ordergrpc", "7"), (info.Reason, info.Domain, info.Metadata["order_id"]));
    }

    [Fact]
    public async Task Health_is_serving_without_a_token()
    {
        // Reflection has a token, the call itself none.
        var (exitCode, output, errors) = await RunAsync(null, "grpc.health.v1.Health/Check", "{}", reflectionToken: server!.Token("client"));
        Assert.True(exitCode == 0, errors);
        Assert.Equal("SERVING", Json(output).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Reflection_without_a_token_is_unauthenticated()
    {
        var (exitCode, _, _) = await RunAsync(null, "ordergrpc.v1.OrderQueryService/DescribeProcess", "{}");
        Assert.NotEqual(0, exitCode);

        // It does not say why; so once more by hand.
        using var nobody = new Party(server!.Address, token: null);
        using var reflection = new ServerReflection.ServerReflectionClient(nobody.Invoker).ServerReflectionInfo();
        var refused = await Assert.ThrowsAsync<RpcException>(() => reflection.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Deadlines.Patience));
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_MISSING"), (refused.StatusCode, Refused.Of(refused).Reason));
    }

    private async Task<JsonElement> CallAsync(string role, string method, string request)
    {
        var (exitCode, output, errors) = await RunAsync(server!.Token(role), "ordergrpc.v1." + method, request);
        Assert.True(exitCode == 0, errors);
        return Json(output);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? token, string method, string request, string? reflectionToken = null)
    {
        using var call = Start(token, method, request, reflectionToken);
        var (output, errors) = (call.StandardOutput.ReadToEndAsync(), call.StandardError.ReadToEndAsync());
        await call.WaitForExitAsync().WaitAsync(Deadlines.Patience);
        return (call.ExitCode, await output, await errors);
    }

    private Process Start(string? token, string method, string request, string? reflectionToken = null)
    {
        List<string> arguments = ["-y", Buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge"];
        if ((reflectionToken ?? token) is { } forReflection)
        {
            arguments.AddRange(["--reflect-header", "authorization: Bearer " + forReflection]);
        }

        if (token is not null)
        {
            arguments.AddRange(["-H", "authorization: Bearer " + token]);
        }

        arguments.AddRange(["-d", request, $"{server!.Address}/{method}"]);
        return Process.Start(new ProcessStartInfo("npx", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path })!;
    }

    private static async Task<JsonElement> NextAsync(IAsyncEnumerator<JsonElement> messages)
    {
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Deadlines.Patience), "the watch ended");
        return messages.Current;
    }

    // buf curl prints one JSON object after another, over several lines each.
    private static async IAsyncEnumerable<JsonElement> Messages(StreamReader output)
    {
        var message = "";
        while (await output.ReadLineAsync() is { } line)
        {
            message += line + "\n";
            if (line is "}" || (message == line + "\n" && line.EndsWith('}')))
            {
                yield return Json(message);
                message = "";
            }
        }
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        return document.RootElement.Clone();
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".cmd")));
}
