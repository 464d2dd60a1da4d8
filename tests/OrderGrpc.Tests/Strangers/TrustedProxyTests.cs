using System.Text.RegularExpressions;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>
/// What comes through a proxy that the operator named, on the one connection that all share: who it is from,
/// and that no stranger can close or slow that connection, or count as somebody else.
/// </summary>
public sealed partial class TrustedProxyTests
{
    private const string Describe = "/ordergrpc.v1.OrderQueryService/DescribeProcess";
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string Watch = "/grpc.health.v1.Health/Watch";
    private const string Proxies = "127.0.0.0/8,10.0.0.0/8,2001:db8:ffff::/48";
    private const string Ok = "0", ResourceExhausted = "8", Unauthenticated = "16";

    /// <summary>What the header says, and whose the call is.</summary>
    public static TheoryData<string[], string> Senders => new()
    {
        { [], "127.0.0.1" },
        { ["203.0.113.7"], "203.0.113.7" },
        { ["6.6.6.6, 203.0.113.7"], "203.0.113.7" }, // the first was there when it came to the proxy
        { ["6.6.6.6", "203.0.113.7"], "203.0.113.7" },
        { ["6.6.6.6, 203.0.113.7, 10.1.2.3, 10.255.0.1"], "203.0.113.7" }, // a proxy before a proxy
        { ["203.0.113.7:5123"], "203.0.113.7" },
        { ["[2001:db8::1]:443"], "2001:db8::1" },
        { ["2001:db8::1"], "2001:db8::1" },
        { ["6.6.6.6, 2001:db8:ffff:1::1"], "6.6.6.6" }, // a proxy by IPv6
        { ["6.6.6.6, ::ffff:203.0.113.7"], "::ffff:203.0.113.7" },
        { ["6.6.6.6, ::ffff:10.0.0.1"], "6.6.6.6" },
        { ["fe80::1%eth9"], "fe80::1" },
        { ["6.6.6.6, garbage"], "127.0.0.1" }, // what is before it is not believed
        { ["6.6.6.6, 1.2.3.4.5"], "127.0.0.1" },
        { ["6.6.6.6, [::1"], "127.0.0.1" },
        { ["6.6.6.6, unknown"], "127.0.0.1" },
        { ["6.6.6.6, 203.0.113.7:99999"], "127.0.0.1" },
        { [""], "127.0.0.1" },
        { [", ,"], "127.0.0.1" },
        { ["6.6.6.6, \u00ff\u0001\u00fe"], "127.0.0.1" },
        { ["6.6.6.6, " + string.Join(", ", Enumerable.Repeat("10.0.0.1", 400))], "10.0.0.1" }, // no more than a few are looked at
        { [string.Join(", ", Enumerable.Repeat("6.6.6.6", 400))], "6.6.6.6" },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_calls_is_the_last_of_the_header_that_is_no_proxy(int half)
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--trusted-proxies", Proxies);
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        var expected = new List<string>();
        foreach (var (header, address) in Senders.Select(row => row.Data).Where((_, i) => i % 2 == half)) // as the log has so many lines a second
        {
            // The security log tells of a bad token, and from where.
            await proxy.CallAsync((2 * expected.Count) + 1, Describe, "bad", [.. header.Select(value => ("x-forwarded-for", value))]);
            await proxy.ReadEndAsync();
            expected.Add(address);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(expected, LogLine().Matches(server.Errors).Select(line => line.Groups[1].Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.0/24")]
    public async Task The_header_of_who_is_no_trusted_proxy_counts_for_nothing(string proxies)
    {
        await using var server = await TestServer.StartAsync(options => (options.TrustedProxies, options.MaxRefusedCallsPerSecond) = (proxies, 3));
        using var stranger = await RawHttp2.ConnectAsync(server.Address);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var call = 0; ; call++)
            {
                Assert.InRange(call, 0, 3);
                await AskAsync(stranger, call, Describe, "bad", $"203.0.113.{call}"); // each from another address, so it says
            }
        });
    }

    [Fact]
    public async Task A_stranger_that_floods_with_bad_tokens_ends_nothing_and_no_more_of_its_tokens_are_verified()
    {
        await using var server = await TestServer.StartAsync(options => (options.TrustedProxies, options.MaxRefusedCallsPerSecond) = (Proxies, 3));
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        var neighbour = server.Issue(Role.Client, "neighbour");
        Assert.Equal(Ok, await AskAsync(proxy, 0, Describe, neighbour, "6.6.6.6"));
        for (var call = 1; call <= 100; call++)
        {
            Assert.Equal(call <= 3 ? Unauthenticated : ResourceExhausted, await AskAsync(proxy, call, Describe, $"bad{call}", "6.6.6.6"));
        }

        // Of its own address who was known goes on, and of another one who was not.
        Assert.Equal(Ok, await AskAsync(proxy, 101, Describe, neighbour, "6.6.6.6"));
        Assert.Equal(Ok, await AskAsync(proxy, 102, Describe, server.Issue(Role.Client, "acme"), "203.0.113.7"));
        Assert.Equal(Ok, await AskAsync(proxy, 103, Check, null, "6.6.6.6"));
        Assert.Equal(Unauthenticated, await AskAsync(proxy, 104, Describe, null, "6.6.6.6")); // which costs nothing to find out

        var late = server.Issue(Role.Client, "late");
        Assert.Equal(ResourceExhausted, await AskAsync(proxy, 105, Describe, late, "6.6.6.6"));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Ok, await AskAsync(proxy, 106, Describe, late, "6.6.6.6"));
    }

    [Fact]
    public async Task A_stranger_that_holds_all_it_may_of_health_keeps_nobody_else_from_asking()
    {
        var limits = ServerLimits.Default with { Calls = ServerLimits.Default.Calls with { AnonymousCallsPerAddress = 3, AnonymousWatchesPerAddress = 2 } };
        await using var server = await TestServer.StartAsync(options => options.TrustedProxies = Proxies, limits);
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        var stream = 1;
        await proxy.CallAsync(stream, Watch, null, ("x-forwarded-for", "203.0.113.7")); // of an honest one
        await proxy.ReadHeadersAsync();
        for (var call = 0; call < 20; call++)
        {
            await proxy.CallAsync(stream += 2, Watch, null, ("x-forwarded-for", "6.6.6.6"));
            await proxy.OpenAsync(stream += 2, Check, null, ("x-forwarded-for", "6.6.6.6")); // its request never comes
        }

        Assert.Equal(Ok, await AskAsync(proxy, stream / 2 + 1, Check, null, "203.0.113.7", from => Assert.NotEqual(1, from)));
        Assert.Equal(Ok, await AskAsync(proxy, stream / 2 + 2, Check, null, "203.0.113.8", from => Assert.NotEqual(1, from)));
    }

    [Fact]
    public async Task Strangers_of_many_addresses_hold_so_many_watches_of_health_in_all()
    {
        var limits = ServerLimits.Default with { Calls = ServerLimits.Default.Calls with { AnonymousCallsOfAll = 3 } };
        await using var server = await TestServer.StartAsync(options => options.TrustedProxies = Proxies, limits);
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        for (var stranger = 0; stranger < 10; stranger++)
        {
            await proxy.CallAsync((2 * stranger) + 1, Watch, null, ("x-forwarded-for", $"6.6.6.{stranger}"));
        }

        // Which ones come first is not told: streams of one connection begin side by side.
        var ended = new HashSet<int>();
        while (ended.Count < 7)
        {
            ended.Add((await proxy.ReadEndAsync()).Stream);
        }

        Assert.All(ended, stream => Assert.InRange(stream, 1, 19));
        Assert.Equal(Ok, await AskAsync(proxy, 10, Check, null, "203.0.113.7", stream => Assert.Equal(21, stream)));
    }

    [Fact]
    public async Task A_caller_past_its_rate_does_not_slow_the_others_of_its_connection()
    {
        await using var server = await TestServer.StartAsync(options => (options.TrustedProxies, options.MaxRequestsPerSecond) = (Proxies, 2));
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        var greedy = server.Issue(Role.Client, "greedy");
        for (var call = 0; call < 50; call++)
        {
            Assert.Equal(call < 2 ? Ok : ResourceExhausted, await AskAsync(proxy, call, Describe, greedy, "6.6.6.6"));
        }

        // The clock stands still: a connection that is not read for a while is not read any more.
        Assert.Equal(Ok, await AskAsync(proxy, 50, Describe, server.Issue(Role.Client, "acme"), "203.0.113.7"));
    }

    [Theory]
    [InlineData("x-long", 20_000, true)]
    [InlineData("x-long", 40_000, false)]
    [InlineData("x-long", 60_000, false)]
    [InlineData("x-forwarded-for", 20_000, true)]
    [InlineData("authorization", 20_000, true)] // no token of ours, and health needs none
    [InlineData("x-long", 10, true, '\u00ff')] // no UTF-8
    [InlineData("x-long", 10, true, '\u0001')]
    public async Task Headers_as_a_proxy_lets_them_through_end_at_most_their_own_call(string name, int length, bool served, char of = 'a')
    {
        await using var server = await TestServer.StartAsync(options => options.TrustedProxies = Proxies);
        using var proxy = await RawHttp2.ConnectAsync(server.Address);
        var answer = await AskAsync(proxy, 0, Check, null, "6.6.6.6", more: (name, new string(of, length)));
        Assert.Equal(served, answer == Ok);
        Assert.Equal(Ok, await AskAsync(proxy, 1, Check, null, "203.0.113.7"));
    }

    [Fact]
    public async Task The_proxys_own_connections_are_not_limited_as_one_addresss_and_need_no_good_call()
    {
        await using var server = await TestServer.StartAsync(options =>
            (options.TrustedProxies, options.MaxConnectionsPerAddress, options.MaxNewConnectionsPerSecond, options.MaxUnprovenConnectionsPerAddress) = (Proxies, 1, 1, 1));
        var connections = new List<RawHttp2>();
        for (var i = 0; i < 5; i++)
        {
            connections.Add(await RawHttp2.ConnectAsync(server.Address));
        }

        server.Time.Advance(ServerLimits.Default.Connections.FirstCall);
        server.Time.Advance(ServerLimits.Default.Connections.ClosingConnection);
        foreach (var connection in connections)
        {
            await connection.PingAsync();
            connection.Dispose();
        }
    }

    [Theory]
    [InlineData("10.0.0.0/33", "10.0.0.0/33")]
    [InlineData("127.0.0.1,10.0.0.1/8", "10.0.0.1/8")] // a network's address has no bits behind its prefix
    [InlineData("127.0.0.1,proxy.example.com", "proxy.example.com")]
    [InlineData("10", "10")]
    [InlineData("10/8", "10/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    [InlineData("fe80::1%eth0", "fe80::1%eth0")]
    public void A_setting_that_names_no_proxies_is_refused(string setting, string fault)
    {
        var refused = Assert.Throws<StartException>(() => ServerOptions.Load(new Dictionary<string, string> { [nameof(ServerOptions.TrustedProxies)] = setting }));
        Assert.Contains($"--trusted-proxies (or ORDERGRPC_TRUSTED_PROXIES) is '{fault}': each must be an address or a network", refused.Message, StringComparison.Ordinal);
    }

    // The status of a call of the proxy's connection, past what else ends meanwhile.
    private static async Task<string> AskAsync(
        RawHttp2 proxy, int call, string path, string? token, string forwardedFor, Action<int>? ended = null, params (string Name, string Value)[] more)
    {
        var stream = (2 * call) + 1;
        await proxy.CallAsync(stream, path, token, [("x-forwarded-for", forwardedFor), .. more]);
        while (true)
        {
            var (from, headers) = await proxy.ReadEndAsync();
            ended?.Invoke(from);
            if (from == stream)
            {
                return Status().Match(headers) is { Success: true } status ? status.Groups[1].Value : "";
            }
        }
    }

    [GeneratedRegex("grpc-status: ([0-9]+)")]
    private static partial Regex Status();

    [GeneratedRegex(@"from (\S+) was not authenticated")]
    private static partial Regex LogLine();
}
