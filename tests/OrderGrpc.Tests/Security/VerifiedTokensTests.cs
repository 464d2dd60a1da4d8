using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class VerifiedTokensTests
{
    private static readonly TokenLimits Limits = new() { VerifiedTokens = 200 };

    private readonly FakeTimeProvider time = new();
    private readonly VerifiedTokens verified;

    public VerifiedTokensTests() => verified = new VerifiedTokens(Limits, time);

    [Fact]
    public void A_token_of_ours_is_remembered_and_one_of_an_external_issuer_for_a_while()
    {
        verified.Add("Bearer ours", Principal("0123456789abcdef"));
        verified.Add("Bearer theirs", Principal(null));

        time.Advance(Limits.ExternalTokenTrust - TimeSpan.FromTicks(1));
        Assert.NotNull(verified.Find("Bearer theirs"));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(verified.Find("Bearer theirs"));
        time.Advance(TimeSpan.FromDays(365));
        Assert.NotNull(verified.Find("Bearer ours"));
    }

    [Fact]
    public void A_token_in_other_spellings_of_its_header_is_the_same_token()
    {
        verified.Add("Bearer token", Principal("0123456789abcdef"));
        for (var i = 1; i < 100; i++)
        {
            Assert.NotNull(verified.Find("bEARER" + new string(' ', i) + "token" + new string(' ', i)));
            verified.Add("bEARER" + new string(' ', i) + "token", Principal("0123456789abcdef"));
        }

        Assert.Equal(1, verified.Count);
        Assert.Null(verified.Find("Basic token"));
        Assert.Null(verified.Find(new StringValues(["Bearer token", "Bearer token"])));
    }

    [Fact]
    public void A_caller_has_so_many_entries_however_many_tokens_it_has()
    {
        for (var i = 0; i < 10 * Limits.VerifiedTokensPerCaller; i++)
        {
            verified.Add($"Bearer {i}", Principal("0123456789abcdef"));
        }

        Assert.InRange(verified.Count, 1, Limits.VerifiedTokensPerCaller);
    }

    [Fact]
    public void A_full_memory_does_not_grow_and_who_calls_on_stays_in_it()
    {
        verified.Add("Bearer often", Principal("0123456789abcdef", "often"));
        for (var i = 0; i < 3 * Limits.VerifiedTokens; i++)
        {
            verified.Add($"Bearer {i}", Principal("0123456789abcdef", $"caller-{i}"));
            Assert.NotNull(verified.Find("Bearer often"));
        }

        Assert.InRange(verified.Count, 1, Limits.VerifiedTokens);
        Assert.Null(verified.Find("Bearer 0"));
    }

    [Fact]
    public void A_call_without_a_header_is_nobody() => Assert.Null(verified.Find(default));

    private static ClaimsPrincipal Principal(string? tokenId, string name = "acme") =>
        new(new CallerIdentity(new(Role.Client, name), expires: null, tokenId, keyId: null));
}
