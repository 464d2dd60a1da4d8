using System.Net;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class SecurityLogTests : IAsyncLifetime
{
    private readonly PrivateFolder data = new();
    private GuardedServer server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await GuardedServer.StartAsync(data.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_refused_call_is_logged_with_its_reason_method_and_address()
    {
        await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(new GetOrderRequest(), cancellationToken: Stop));

        Assert.Contains("[105] A call of /ordergrpc.v1.OrderQueryService/GetOrder from 127.0.0.1 was not authenticated: TOKEN_MISSING.", server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_to_the_other_role_is_logged_with_who_it_was()
    {
        var headers = new Metadata { { "authorization", "Bearer " + server.Issue(Role.Client, "acme") } };
        await Assert.ThrowsAsync<RpcException>(async () => await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), headers, cancellationToken: Stop));

        Assert.Contains("[106] A call of /ordergrpc.v1.SupplierService/ApproveOrder from 127.0.0.1 by client acme was refused: WRONG_ROLE.", server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_done_to_tokens_and_keys_elsewhere_is_logged_once()
    {
        var keys = SigningKeys.Open(data.Path);
        var registry = TokenRegistry.Open(data.Path, server.Time);
        var old = keys.Newest.KeyId;
        var id = new JsonWebToken(new TokenIssuer(keys, registry).Issue(new(Role.Client, "acme"))).Id;
        server.Time.Advance(TimeSpan.FromSeconds(1));
        registry.Revoke(id);
        var added = keys.Rotate();
        keys.Retire(old);
        server.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            [$"Token {id} was issued to client acme.", $"Key {added} signs tokens from now on.", $"Key {old} was retired: the tokens that it signed are refused.", $"Token {id} of client acme was revoked."],
            Lines("TokenWatch["));
    }

    [Fact]
    public async Task A_flood_of_refused_calls_is_counted_not_written()
    {
        for (var call = 0; call < SecurityLogLimits.RefusalsLoggedPerSecond + 7; call++)
        {
            await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(new GetOrderRequest(), cancellationToken: Stop));
        }

        Assert.Equal(SecurityLogLimits.RefusalsLoggedPerSecond, Lines("[105]").Length);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RpcException>(async () => await server.Queries.GetOrderAsync(new GetOrderRequest(), cancellationToken: Stop));
        Assert.Equal(SecurityLogLimits.RefusalsLoggedPerSecond + 1, Lines("[105]").Length);
        Assert.Equal("7 more refused calls were not logged.", Assert.Single(Lines("[107]")));
    }

    [Fact]
    public async Task A_path_that_would_forge_lines_or_drive_a_terminal_is_written_harmlessly()
    {
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.GetAsync(new Uri(server.Address + "/a%0Aforged%1B%5B31m%E2%80%AE"), Stop);

        Assert.Contains(@"A call of /a\u{A}forged\u{1B}[31m\u{202E} from", Assert.Single(Lines("[105]")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme", "acme")]
    [InlineData("Ünïcode 订单 🙂", "Ünïcode 订单 🙂")]
    [InlineData("a\r\nb\tc", @"a\u{D}\u{A}b\u{9}c")]
    [InlineData("\u001b]0;title\u0007", @"\u{1B}]0;title\u{7}")]
    [InlineData("\u202e\u200b\u2028\u00a0", @"\u{202E}\u{200B}\u{2028}\u{A0}")]
    [InlineData(@"\u{A}", @"\\u{A}")]
    [InlineData("", "")]
    public void Text_of_others_is_made_harmless_and_stays_apart_from_what_looks_like_it(string text, string safe) =>
        Assert.Equal(safe, SafeText.Of(text));

    [Fact]
    public void Text_of_others_is_cut_and_a_lone_surrogate_does_no_harm()
    {
        Assert.Equal(new string('a', SecurityLogLimits.LoggedTextLength) + "…", SafeText.Of(new string('a', 10_000)));
        Assert.Equal("a\ufffd", SafeText.Of("a\ud83d"));
    }

    private string[] Lines(string mark) => [.. server.Log.All.Split('\n')
        .Where(line => line.Contains("OrderGrpc.Server", StringComparison.Ordinal) && line.Contains(mark, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf("] ", StringComparison.Ordinal) + 2)..].TrimEnd())];
}
