using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class ExternalIssuerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PrivateFolder data = new();
    private readonly List<IAsyncDisposable> running = [];
    private TestIssuer issuer = null!;
    private GuardedServer server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => server.Time.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        issuer = Keep(await TestIssuer.StartAsync());
        server = Keep(await GuardedServer.StartAsync(data.Path, new ServerOptions { OidcAuthority = issuer.Authority, OidcAudience = "orders" }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in running)
        {
            await one.DisposeAsync();
        }

        data.Dispose();
    }

    [Fact]
    public async Task Tokens_of_the_issuer_and_of_the_server_are_both_taken()
    {
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal("client:acme", await AskAsync(issuer.Issue(Now)));
            Assert.Equal("supplier:shop", await AskAsync(issuer.Issue(Now, ("role", "supplier"), ("sub", "shop"))));
            Assert.Equal("client:own", await AskAsync(server.Issue(Role.Client, "own")));
        }
    }

    [Fact]
    public async Task The_role_counts_for_the_services()
    {
        var headers = Bearer(issuer.Issue(Now));
        Assert.Equal("client:acme", (await server.Clients.PlaceOrderAsync(new PlaceOrderRequest(), headers, cancellationToken: Stop)).Order.Client);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Suppliers.ApproveOrderAsync(new ApproveOrderRequest(), headers, cancellationToken: Stop));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Theory]
    [InlineData("iss", "http://127.0.0.1:1")]
    [InlineData("iss", "ordergrpc")]
    [InlineData("iss", null)]
    [InlineData("aud", "others")]
    [InlineData("aud", "ordergrpc")]
    [InlineData("aud", null)]
    [InlineData("exp", null)]
    [InlineData("sub", null)]
    [InlineData("sub", "")]
    [InlineData("sub", "two words")]
    [InlineData("role", null)]
    [InlineData("role", "admin")]
    [InlineData("role", "Client")]
    public async Task A_claim_that_is_not_right_makes_a_token_invalid(string claim, string? value) =>
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now, (claim, value))));

    [Fact]
    public async Task A_name_that_is_a_number_is_none_and_a_text_of_digits_is_one()
    {
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now, ("sub", 42))));
        Assert.Equal("client:42", await AskAsync(issuer.Issue(Now, ("sub", "42"))));
    }

    [Theory]
    [InlineData("JWT", "client:acme")]
    [InlineData("at+jwt", "client:acme")]
    [InlineData("application/at+jwt", "client:acme")]
    [InlineData("logout+jwt", "TOKEN_INVALID")]
    [InlineData("secevent+jwt", "TOKEN_INVALID")]
    [InlineData("dpop+jwt", "TOKEN_INVALID")]
    public async Task A_token_that_was_made_for_something_else_is_invalid(string type, string answer) =>
        Assert.Equal(answer, await AskAsync(issuer.IssueWith("typ", type, Now)));

    [Theory]
    [InlineData("b64")]
    [InlineData("urn:example:two-signatures")]
    public async Task A_token_with_a_header_that_must_be_understood_is_invalid(string header) =>
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.IssueWith("crit", new[] { header }, Now)));

    [Fact]
    public async Task A_list_of_roles_may_hold_one_of_ours_and_any_others()
    {
        Assert.Equal("client:acme", await AskAsync(issuer.Issue(Now, ("role", "admin client".Split(' ')))));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now, ("role", "supplier client".Split(' ')))));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now, ("role", Array.Empty<string>()))));
    }

    [Fact]
    public async Task The_claims_of_role_and_name_are_settings()
    {
        var other = Keep(await GuardedServer.StartAsync(data.Path, new ServerOptions
        {
            OidcAuthority = issuer.Authority,
            OidcAudience = "orders",
            OidcRoleClaim = "groups",
            OidcNameClaim = "preferred_username",
        }));

        Assert.Equal("supplier:jo@example.com", await AskAsync(issuer.Issue(Now, ("groups", "supplier"), ("preferred_username", "jo@example.com")), other));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now), other));
    }

    [Fact]
    public async Task Only_the_private_key_of_the_issuer_signs()
    {
        using var another = RSA.Create(2048);
        var publicKey = Encoding.UTF8.GetBytes(((RSA)issuer.Key.Rsa).ExportSubjectPublicKeyInfoPem());

        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(signing: null, Now)));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(new SigningCredentials(new SymmetricSecurityKey(publicKey) { KeyId = "rsa-1" }, SecurityAlgorithms.HmacSha256), Now)));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(new SigningCredentials(new RsaSecurityKey(another) { KeyId = "rsa-1" }, SecurityAlgorithms.RsaSha256), Now)));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(new SigningCredentials(server.Keys.Newest, SecurityAlgorithms.HmacSha256), Now)));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now, ("iss", "ordergrpc"), ("aud", "ordergrpc"))));
    }

    [Fact]
    public async Task A_token_holds_for_its_time_give_or_take_the_difference_of_two_clocks()
    {
        var token = issuer.Issue(Now);
        Assert.Equal("client:acme", await AskAsync(token));
        Assert.Equal("client:acme", await AskAsync(issuer.Issue(Now + ServerLimits.Default.Tokens.ClockSkew)));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now + ServerLimits.Default.Tokens.ClockSkew + TimeSpan.FromSeconds(1))));

        server.Time.Advance(TimeSpan.FromHours(1) + ServerLimits.Default.Tokens.ClockSkew - TimeSpan.FromTicks(1));
        Assert.Equal("client:acme", await AskAsync(token));
        server.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("TOKEN_EXPIRED", await AskAsync(token));
    }

    [Fact]
    public async Task A_running_stream_ends_with_its_token()
    {
        using var stream = server.Queries.WatchOrders(new WatchOrdersRequest(), Bearer(issuer.Issue(Now)), cancellationToken: Stop);
        Assert.True(await stream.ResponseStream.MoveNext(Stop).WaitAsync(Patience, Stop));

        server.Time.Advance(TimeSpan.FromHours(1) + ServerLimits.Default.Tokens.ClockSkew);

        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Stop).WaitAsync(Patience, Stop));
        Assert.Equal("TOKEN_EXPIRED", ended.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task A_key_that_the_issuer_adds_is_found()
    {
        Assert.Equal("client:acme", await AskAsync(issuer.Issue(Now)));
        issuer.Rotate();
        await UntilTakenAsync(server, issuer.Issue(Now, ("sub", "later")));
    }

    [Fact]
    public async Task An_issuer_that_starts_after_the_server_is_logged_and_then_found()
    {
        var port = new Uri(ServerProcess.FreeAddress()).Port;
        var early = Keep(await GuardedServer.StartAsync(data.Path, new ServerOptions { OidcAuthority = $"http://127.0.0.1:{port}", OidcAudience = "orders" }));
        Assert.Equal("TOKEN_INVALID", await AskAsync(issuer.Issue(Now), early));
        Assert.Contains("[109]", early.Log.All, StringComparison.Ordinal);
        Assert.Equal("client:own", await AskAsync(early.Issue(Role.Client, "own"), early));

        var late = Keep(await TestIssuer.StartAsync(port));
        await UntilTakenAsync(early, late.Issue(Now, ("sub", "later")));
    }

    private static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };

    private T Keep<T>(T one)
        where T : IAsyncDisposable
    {
        running.Add(one);
        return one;
    }

    /// <summary>Who the server takes the caller for, or why it refuses.</summary>
    private async Task<string> AskAsync(string token, GuardedServer? other = null)
    {
        try
        {
            return (await (other ?? server).Queries.GetOrderAsync(new GetOrderRequest(), Bearer(token), cancellationToken: Stop)).Order.Client;
        }
        catch (RpcException e)
        {
            return e.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason;
        }
    }

    // The issuer is asked again in the background, at most once a second: each call may be the first after that.
    private async Task UntilTakenAsync(GuardedServer asked, string token)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await AskAsync(token, asked) != "client:later")
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
