using System.Globalization;
using System.Security.Claims;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class VerifiedTokensTests
{
    private readonly FakeTimeProvider time = new();
    private readonly VerifiedTokens verified;

    public VerifiedTokensTests() => verified = new VerifiedTokens(time);

    [Fact]
    public void A_token_of_ours_is_remembered_and_one_of_an_external_issuer_for_a_while()
    {
        verified.Add("ours", Principal("0123456789abcdef"));
        verified.Add("theirs", Principal(null));

        time.Advance(TokenLimits.ExternalTokenTrust - TimeSpan.FromTicks(1));
        Assert.NotNull(verified.Find("theirs"));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(verified.Find("theirs"));
        time.Advance(TimeSpan.FromDays(365));
        Assert.NotNull(verified.Find("ours"));
    }

    [Fact]
    public void A_full_memory_starts_anew_instead_of_growing()
    {
        for (var i = 0; i < TokenLimits.VerifiedTokens; i++)
        {
            verified.Add(i.ToString(CultureInfo.InvariantCulture), Principal("0123456789abcdef"));
        }

        Assert.NotNull(verified.Find("0"));
        verified.Add("one more", Principal("0123456789abcdef"));
        Assert.Null(verified.Find("0"));
        Assert.NotNull(verified.Find("one more"));
    }

    [Fact]
    public void A_call_without_a_header_is_nobody() => Assert.Null(verified.Find(null));

    private static ClaimsPrincipal Principal(string? tokenId) =>
        new(new CallerIdentity(new(Role.Client, "acme"), expires: null, tokenId, keyId: null));
}
