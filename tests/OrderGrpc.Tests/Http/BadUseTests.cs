using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Http;

/// <summary>Requests of HTTP/1.1 as they should not be, over a raw socket: each gets its error, and changes nothing.</summary>
public sealed class BadUseTests(HttpShop shop) : IClassFixture<HttpShop>
{
    private const string Orders = "/v1/client/orders";

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonx")]
    [InlineData("")]
    public async Task A_body_that_is_not_said_to_be_JSON_is_not_read_as_such(string type)
    {
        var request = shop.Request("POST", Orders, HttpShop.Order).Replace("application/json", type, StringComparison.Ordinal);
        var answer = await shop.RefusedAsync(415, "MALFORMED_MESSAGE", () => RawHttp1.AskAsync(shop.Server.Address, request));
        Assert.Equal("the body is not said to be JSON; send \"Content-Type: application/json\"", answer.Message);
    }

    [Fact]
    public async Task A_body_that_is_no_UTF_8_is_refused()
    {
        var request = shop.Request("POST", Orders, """{"note":"é"}""");
        await using var raw = await RawHttp1.ConnectAsync(shop.Server.Address);
        await raw.SendAsync([.. Encoding.UTF8.GetBytes(request).Select(b => b == 0xc3 ? (byte)0xff : b)]);
        var answer = await shop.RefusedAsync(400, "MALFORMED_MESSAGE", async () => (await raw.AnswerAsync())!);
        Assert.Equal("the body is no UTF-8", answer.Message);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        var request = shop.Request("POST", Orders, null, "Content-Type: application/json", "Content-Length: 1000000000");
        await shop.RefusedAsync(413, "MESSAGE_TOO_LARGE", () => RawHttp1.AskAsync(shop.Server.Address, request));
    }

    [Fact]
    public async Task A_body_that_grows_too_large_is_refused_where_it_does()
    {
        await using var raw = await RawHttp1.ConnectAsync(shop.Server.Address);
        await raw.SendAsync(shop.Request("POST", Orders, null, "Content-Type: application/json", "Transfer-Encoding: chunked"));
        await raw.SendAsync("41000\r\n" + new string(' ', 0x41000)); // 260 KiB, of which 256 may be
        await shop.RefusedAsync(413, "MESSAGE_TOO_LARGE", async () => (await raw.AnswerAsync())!);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var raw = await RawHttp1.ConnectAsync(shop.Server.Address);
        await raw.SendAsync(shop.Request("POST", Orders, null, "Content-Type: application/json", "Content-Length: 100") + "{");
        await shop.RefusedAsync(408, "MALFORMED_MESSAGE", async () => (await raw.AnswerAsync())!); // Kestrel's clock: 240 bytes a second, after 5 s
    }

    [Fact]
    public async Task A_call_without_a_body_takes_none() =>
        Assert.Equal("this call has no body; its fields are parameters of the URL", (await shop.RefusedAsync(400, "MALFORMED_MESSAGE", () => shop.AskAsync("GET", "/v1/orders", "{}"))).Message);

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\nGET /v1/caller HTTP/1.1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 40", "0\r\n\r\nGET /v1/caller HTTP/1.1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked", "0\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", "{}")]
    [InlineData("Content-Length: 2, 2", "{}")]
    [InlineData("Content-Length : 2", "{}")]
    [InlineData("X-A: b\r\n Content-Length: 2", "{}")] // obs-fold
    [InlineData("X-A: b\nContent-Length: 2", "{}")] // a bare LF
    [InlineData("X-A: b\rContent-Length: 2", "{}")] // a bare CR
    [InlineData("X-A: b\0c", "{}")]
    public async Task What_two_readers_could_read_in_two_ways_is_refused_and_its_connection_closed(string headers, string body)
    {
        await using var raw = await RawHttp1.ConnectAsync(shop.Server.Address);
        var refused = await shop.RefusedAsync(400, headers.Contains("Transfer-Encoding", StringComparison.Ordinal) && headers.Contains("Length", StringComparison.Ordinal) ? "MALFORMED_MESSAGE" : "", async () =>
        {
            await raw.SendAsync(shop.Request("POST", Orders, null, "Content-Type: application/json", headers) + body);
            return (await raw.AnswerAsync())!;
        });
        Assert.Equal("close", refused.Headers["Connection"]);
        Assert.Null(await raw.AnswerAsync());
    }

    [Fact]
    public async Task Requests_that_are_sent_at_once_are_answered_one_after_the_other_and_each_once()
    {
        var before = await shop.HeadAsync();
        await using var raw = await RawHttp1.ConnectAsync(shop.Server.Address);
        await raw.SendAsync(string.Concat(Enumerable.Repeat(shop.Request("POST", Orders, HttpShop.Order), 5)) + shop.Request("GET", "/v1/caller"));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await raw.AnswerAsync())!.Json.GetProperty("order").GetProperty("id").GetString()!);
        }

        Assert.Equal("ROLE_CLIENT", (await raw.AnswerAsync())!.Json.GetProperty("role").GetString());
        Assert.Equal(ids.Select(long.Parse).Order(), ids.Select(long.Parse));
        Assert.Equal(before + 5, await shop.HeadAsync());
    }

    [Fact]
    public async Task There_is_nothing_to_upgrade_to()
    {
        var answer = await shop.AskAsync("GET", "/v1/caller", null, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__");
        Assert.Equal((200, "ROLE_CLIENT"), (answer.Status, answer.Json.GetProperty("role").GetString())); // as RFC 9110, 7.8 has it: passed over
        Assert.DoesNotContain("Upgrade", answer.Headers.Keys);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("127.0.0.1.example.com")]
    [InlineData("10.0.0.1")]
    public async Task A_host_that_is_not_this_machine_is_refused(string host)
    {
        var request = shop.Request("GET", "/v1/caller").Replace("Host: 127.0.0.1", "Host: " + host, StringComparison.Ordinal);
        await shop.RefusedAsync(421, "WRONG_HOST", () => RawHttp1.AskAsync(shop.Server.Address, request));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1:8803")]
    [InlineData("[::1]")]
    public async Task The_names_of_this_machine_are_its_own(string host)
    {
        var request = shop.Request("GET", "/v1/caller").Replace("Host: 127.0.0.1", "Host: " + host, StringComparison.Ordinal);
        Assert.Equal(200, (await RawHttp1.AskAsync(shop.Server.Address, request)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host: a\r\nHost: b\r\n")]
    [InlineData("Host: a b\r\n")]
    public async Task A_request_has_one_host(string hosts)
    {
        var request = shop.Request("GET", "/v1/caller").Replace("Host: 127.0.0.1\r\n", hosts, StringComparison.Ordinal);
        await shop.RefusedAsync(400, "", () => RawHttp1.AskAsync(shop.Server.Address, request));
    }

    [Fact]
    public async Task A_page_from_elsewhere_is_allowed_nothing()
    {
        const string Elsewhere = "Origin: https://example.com";
        var asked = shop.Request("OPTIONS", Orders, null, Elsewhere, "Access-Control-Request-Method: POST").Replace($"Authorization: Bearer {shop.Token}\r\n", "", StringComparison.Ordinal);
        await shop.RefusedAsync(401, "TOKEN_MISSING", () => RawHttp1.AskAsync(shop.Server.Address, asked));
        await shop.RefusedAsync(405, "NO_SUCH_CALL", () => shop.AskAsync("OPTIONS", Orders, null, Elsewhere));
        Assert.DoesNotContain((await shop.AskAsync("GET", "/v1/caller", null, Elsewhere)).Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/v1/orders/../../etc/passwd", 404)]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("/v1//orders", 404)]
    [InlineData("/v1/orders/1/..%2f..%2f", 404)]
    [InlineData("/v1/orders;/1", 404)]
    [InlineData("/v1/orders%00", 400)]
    [InlineData("/v1\\orders\\1", 404)]
    [InlineData("/v1", 404)]
    [InlineData("/v1/orders/1:deleteOrder", 400)]
    public async Task A_path_that_is_no_call_is_none(string path, int status) =>
        await shop.RefusedAsync(status, status == 404 ? "NO_SUCH_CALL" : path.Contains('%', StringComparison.Ordinal) ? "" : "INVALID_FIELD", () => shop.AskAsync("GET", path));

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_told_which_it_has()
    {
        var answer = await shop.RefusedAsync(405, "NO_SUCH_CALL", () => shop.AskAsync("DELETE", "/v1/orders/1", null, "Content-Length: 0"));
        Assert.Equal(("GET", "this path is called with GET"), (answer.Headers["Allow"], answer.Message));
    }

    [Fact]
    public async Task A_token_in_the_URL_is_none()
    {
        var request = shop.Request("GET", "/v1/caller?access_token=" + shop.Token).Replace($"Authorization: Bearer {shop.Token}\r\n", "", StringComparison.Ordinal);
        var answer = await shop.RefusedAsync(401, "TOKEN_MISSING", () => RawHttp1.AskAsync(shop.Server.Address, request));
        Assert.Equal("Bearer realm=\"ordergrpc\"", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_token_that_is_none_is_told_as_such()
    {
        var request = shop.Request("GET", "/v1/caller").Replace(shop.Token, shop.Token + "x", StringComparison.Ordinal);
        var answer = await shop.RefusedAsync(401, "TOKEN_INVALID", () => RawHttp1.AskAsync(shop.Server.Address, request));
        Assert.Equal("Bearer realm=\"ordergrpc\", error=\"invalid_token\"", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r")]
    [InlineData("GET /v1/caller HTT")]
    public async Task A_connection_that_says_a_byte_now_and_then_is_ended(string begin)
    {
        await using var server = await TestServer.StartAsync();
        await using var raw = await RawHttp1.ConnectAsync(server.Address);
        await raw.SendAsync(begin);
        var closed = raw.ClosedAsync();
        await AdvanceUntilAsync(server.Time, closed, ServerLimits.Default.Connections.FirstCall);
    }

    [Fact]
    public async Task A_connection_through_a_proxy_is_ended_that_says_too_little_to_tell_what_it_speaks()
    {
        await using var server = await TestServer.StartAsync(options => options.TrustedProxies = "127.0.0.1");
        await using var raw = await RawHttp1.ConnectAsync(server.Address);
        await raw.SendAsync("PRI * HTTP/2.0\r\n");
        await AdvanceUntilAsync(server.Time, raw.ClosedAsync(), ServerLimits.Default.Connections.FirstBytes);
    }

    // The clock moves on only while nothing has come: no test waits for real seconds.
    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Task closed, TimeSpan step)
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (!closed.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(waited) < Deadlines.Patience, "it was not ended");
            time.Advance(step);
            await Task.Yield();
        }

        await closed;
    }

    [Fact]
    public async Task Whoever_sends_too_many_requests_is_told_when_to_come_again()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsPerSecond = 1);
        var request = $"GET /v1/caller HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.Issue(V1.Role.Client, "client")}\r\n\r\n";
        Assert.Equal(200, (await RawHttp1.AskAsync(server.Address, request)).Status);
        var refused = await RawHttp1.AskAsync(server.Address, request);
        Assert.Equal((429, "RATE_LIMITED", "1"), (refused.Status, refused.Reason, refused.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_connection_of_a_stranger_is_ended_after_so_many_refused_calls()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRefusedCallsPerSecond = 100);
        await using var raw = await RawHttp1.ConnectAsync(server.Address);
        var answered = 0;
        await raw.SendAsync(string.Concat(Enumerable.Repeat("GET /v1/caller HTTP/1.1\r\nHost: localhost\r\n\r\n", 100)));
        try
        {
            while (await raw.AnswerAsync() is { Status: 401 })
            {
                answered++;
            }
        }
        catch (IOException)
        {
            // It was reset.
        }

        Assert.True(answered <= ServerLimits.Default.Connections.UnprovenRefusals, $"{answered} calls were answered");
    }
}
