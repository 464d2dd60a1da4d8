using System.Net;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>The bucket of each caller, and the count of its calls, without a server.</summary>
public sealed class CallerBucketsTests
{
    private static readonly LimitKey Acme = new(new Caller(Role.Client, "acme"), null);
    private static readonly LimitKey Other = new(new Caller(Role.Supplier, "acme"), null);

    private const int Remembered = 100;

    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_bucket_holds_one_seconds_worth_and_the_next_request_is_told_when()
    {
        var limits = Limits(10);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(limits.Take(Acme));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), limits.Take(Acme));
        Assert.Equal(TimeSpan.FromMilliseconds(100), limits.Take(Acme)); // a refused request costs nothing
    }

    [Fact]
    public void Who_has_as_many_refused_as_served_and_goes_on_is_made_to_wait_for_as_long_as_that_is_too_much()
    {
        var limits = Limits(10);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(limits.Refuse(Acme));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), limits.Refuse(Acme));
        Assert.Equal(TimeSpan.FromMilliseconds(200), limits.Refuse(Acme));
        Assert.Null(limits.Refuse(Other));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limits.Refuse(Acme));
    }

    [Fact]
    public void All_links_of_a_client_have_one_bucket_and_it_is_not_the_clients()
    {
        var limits = Limits(10);
        Assert.All(Enumerable.Range(1, 10), order => Assert.Null(limits.Take(LimitKey.Of(Acme.Caller with { OnlyOrder = order }))));
        Assert.NotNull(limits.Take(LimitKey.Of(Acme.Caller with { OnlyOrder = 11 })));
        Assert.Null(limits.Take(LimitKey.Of(Other.Caller with { OnlyOrder = 12 })));
        Assert.Null(limits.Take(Acme));
    }

    [Fact]
    public void A_bucket_fills_with_time_and_no_further_than_full()
    {
        var limits = Limits(10);
        Empty(limits, 10);
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.NotNull(limits.Take(Acme));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(limits.Take(Acme));
        Assert.NotNull(limits.Take(Acme));
        time.Advance(TimeSpan.FromDays(1));
        Empty(limits, 10);
        Assert.NotNull(limits.Take(Acme));
    }

    [Fact]
    public void Whoever_waits_as_long_as_told_is_let_in()
    {
        var limits = Limits(3);
        Empty(limits, 3);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(limits.Take(Acme)!.Value);
            Assert.Null(limits.Take(Acme));
        }
    }

    [Fact]
    public void What_an_answer_cost_is_taken_afterwards_and_the_next_request_waits_for_it()
    {
        var limits = Limits(10);
        Assert.Null(limits.Take(Acme));
        limits.Charge(Acme, 19);
        Assert.Equal(TimeSpan.FromMilliseconds(1100), limits.Take(Acme));
        time.Advance(TimeSpan.FromMilliseconds(1100));
        Assert.Null(limits.Take(Acme));
        Assert.NotNull(limits.Take(Acme));
    }

    [Fact]
    public void The_bucket_of_one_caller_is_not_anothers_though_they_share_a_name()
    {
        var limits = Limits(1);
        Empty(limits, 1);
        Assert.NotNull(limits.Take(Acme));
        Assert.Null(limits.Take(Other));
    }

    [Fact]
    public void A_rate_of_0_is_no_limit()
    {
        var limits = Limits(0);
        Empty(limits, 100_000);
        Assert.Equal(0, limits.Remembered);
    }

    [Fact]
    public void Running_calls_are_counted_in_and_out()
    {
        var limits = Limits(0);
        Assert.True(limits.Enter(Acme, 2));
        Assert.True(limits.Enter(Acme, 2));
        Assert.False(limits.Enter(Acme, 2));
        Assert.True(limits.Enter(Other, 2));
        limits.Leave(Acme);
        Assert.True(limits.Enter(Acme, 2));
        Assert.False(limits.Enter(Acme, 2));
        Assert.True(limits.Enter(Acme, 0));
    }

    [Fact]
    public void Callers_are_forgotten_once_they_are_as_if_they_had_never_called()
    {
        var limits = Limits(1);
        Assert.True(limits.Enter(Acme, 1));
        for (var i = 0; i < 3 * Remembered; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            limits.Take(new LimitKey(default, new IPAddress(i)));
        }

        Assert.InRange(limits.Remembered, 1, Remembered);
        Assert.False(limits.Enter(Acme, 1)); // one with a running call never is
    }

    [Theory]
    [InlineData(null, "60S")]
    [InlineData("", "60S")]
    [InlineData("S", "60S")]
    [InlineData("-1S", "60S")]
    [InlineData("1.5S", "60S")]
    [InlineData("5s", "60S")]
    [InlineData("999999999S", "60S")]
    [InlineData("5S", "5S")]
    [InlineData("100m", "100m")]
    [InlineData("1n", "1n")]
    [InlineData("10M", "10M")]
    [InlineData("600S", "600S")]
    [InlineData("601S", "600S")]
    [InlineData("11M", "600S")]
    [InlineData("99999999H", "600S")]
    public void A_call_has_its_own_deadline_up_to_the_longest_and_else_the_default(string? asked, string holds) =>
        Assert.Equal(holds, new CallDeadline(new ServerOptions(), new CallLimits(), TimeProvider.System).TimeoutFor(asked));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3:3:4:5:6", "2001:db8:1:3::")]
    public void An_address_is_counted_by_its_network(string address, string key) =>
        Assert.Equal(IPAddress.Parse(key), AddressKey.Of(IPAddress.Parse(address)));

    private CallerBuckets Limits(int perSecond) => new(new ServerOptions { MaxRequestsPerSecond = perSecond }, new CallLimits { CallersRemembered = Remembered }, time);

    private static void Empty(CallerBuckets limits, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Null(limits.Take(Acme));
        }
    }
}
