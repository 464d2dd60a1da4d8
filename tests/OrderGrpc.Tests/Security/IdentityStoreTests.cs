using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>What the place of keys and tokens promises, whichever it is.</summary>
public sealed class IdentityStoreTests
{
    private static readonly Caller Acme = new(Role.Client, "шоп-1");

    public static TheoryData<string> Engines => ["folder", "database"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Many_first_starts_at_once_make_one_key(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => place.OpenAsync())));

        Assert.Single(opened.Select(one => Convert.ToHexString(one.Keys.Newest.Key)).Distinct());
        Assert.All(opened, one => Assert.Single(one.Keys.Ids));
        Assert.StartsWith("1-", opened[0].Keys.Newest.KeyId, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Keys_added_at_once_have_numbers_of_their_own_and_the_newest_signs(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => place.OpenAsync())));
        await Task.WhenAll(opened.Select(one => Task.Run(async () =>
        {
            await one.Keys.RotateAsync();
            await one.Keys.RotateAsync();
            await one.Keys.RotateAsync();
        })));

        var keys = (await place.OpenAsync()).Keys;
        Assert.Equal(Enumerable.Range(1, 13), keys.Ids.Select(id => KeyId.NumberOf(id)!.Value));
        Assert.Equal(keys.Ids[^1], keys.Newest.KeyId);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_key_is_retired_everywhere_and_the_one_that_signs_never(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        var old = here.Keys.Newest.KeyId;
        Assert.Contains("rotate-key", (await Assert.ThrowsAsync<StartException>(() => there.Keys.RetireAsync(old).AsTask())).Message, StringComparison.Ordinal);

        var added = await there.Keys.RotateAsync();
        Assert.Equal(added, (await here.Keys.FindAsync(added, place.Time))?.KeyId);
        await there.Keys.RetireAsync(old);
        await here.Standing.RefreshAsync();

        Assert.Equal([added], here.Keys.Ids);
        Assert.Contains(added, (await Assert.ThrowsAsync<StartException>(() => here.Keys.RetireAsync(old).AsTask())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_token_is_known_everywhere_as_it_was_issued(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        var brief = await there.Tokens.IssueAsync(Acme, TimeSpan.FromDays(90), "1-k");
        var lasting = await there.Tokens.IssueAsync(new Caller(Role.Supplier, "shop"), null, "1-k");

        Assert.Null(here.Tokens.Known(brief.Id));
        Assert.Equal(brief, await here.Tokens.FindAsync(brief.Id));
        Assert.Equal(lasting, here.Tokens.Known(lasting.Id));
        Assert.Equal([brief, lasting], (await place.OpenAsync()).Tokens.Tokens.OrderBy(token => token.Caller.Role));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Of_which_orders_the_links_were_revoked_is_known_everywhere_with_the_last_time(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        await there.Tokens.RevokeLinksAsync(17);
        await here.Tokens.RefreshAsync();
        var first = Assert.Single(here.Tokens.RevokedLinks);

        place.Time.Advance(TimeSpan.FromHours(1));
        await here.Tokens.RevokeLinksAsync(17);
        await here.Tokens.RevokeLinksAsync(1L << 50);
        await there.Tokens.RefreshAsync();

        Assert.Equal((17, place.Time.GetUtcNow().AddHours(-1).AddMilliseconds(-678)), (first.Key, first.Value));
        Assert.Equal([17, 1L << 50], there.Tokens.RevokedLinks.Keys.Order());
        Assert.All(there.Tokens.RevokedLinks.Values, at => Assert.Equal(first.Value.AddHours(1), at));
        Assert.Equal(there.Tokens.RevokedLinks, (await place.OpenAsync()).Tokens.RevokedLinks);
        Assert.Empty(there.Tokens.Tokens);
    }

    [Theory]
    [InlineData("folder", "database")]
    [InlineData("database", "folder")]
    public async Task What_was_revoked_of_links_is_copied_and_stays_so(string from, string to)
    {
        await using var source = await IdentityPlace.MakeAsync(from);
        await using var target = await IdentityPlace.MakeAsync(to);
        var (old, next) = (await source.OpenAsync(), (await target.OpenEmptyAsync()));
        await old.Tokens.RevokeLinksAsync(17);
        await next.TakeKeyAsync(old.Keys.Newest);

        await new IdentityCopy(old.Store, next).RunAsync();
        await new IdentityCopy(old.Store, next).RunAsync(); // as after one that was broken off

        Assert.Equal(old.Tokens.RevokedLinks, await next.ReadRevokedLinksAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_revocation_is_seen_by_the_next_look_and_made_once(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        var token = await here.Tokens.IssueAsync(Acme, null, "1-k");
        var other = await here.Tokens.IssueAsync(Acme, null, "1-k");

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await (await place.OpenAsync()).Tokens.RevokeAsync(token.Id))));
        Assert.Single(made, revoked => revoked == true);
        Assert.Equal(3, made.Count(revoked => revoked == false));
        Assert.Null(await there.Tokens.RevokeAsync("ffffffffffffffff"));

        await here.Standing.RefreshAsync();
        Assert.NotNull(here.Tokens.Known(token.Id)!.Revoked);
        Assert.Null(here.Tokens.Known(other.Id)!.Revoked);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Many_that_issue_at_once_lose_nothing_and_whoever_looks_meanwhile_misses_none(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var watcher = await place.OpenAsync();
        var issuing = Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(async () =>
        {
            var one = await place.OpenAsync();
            for (var i = 0; i < 20; i++)
            {
                await one.Tokens.IssueAsync(new Caller(Role.Client, $"c{n}-{i}"), null, "1-k");
            }
        })));
        while (!issuing.IsCompleted)
        {
            await watcher.Standing.RefreshAsync();
        }

        await issuing;
        await watcher.Standing.RefreshAsync();
        Assert.Equal(120, watcher.Tokens.All.Values.Select(token => token.Caller.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_look_differs_where_something_has_changed_and_only_there(string engine)
    {
        await using var place = await IdentityPlace.MakeAsync(engine);
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        var before = await here.Store.LookAsync();
        Assert.Equal(before, await here.Store.LookAsync());

        var token = await there.Tokens.IssueAsync(Acme, null, "1-k");
        var issued = await here.Store.LookAsync();
        await there.Tokens.RevokeAsync(token.Id);
        var revoked = await here.Store.LookAsync();
        await there.Keys.RotateAsync();
        var rotated = await here.Store.LookAsync();

        Assert.Equal(3, new[] { before, issued, revoked }.Select(mark => mark.Tokens).Distinct().Count());
        Assert.Equal(before.Keys, revoked.Keys);
        Assert.Equal(revoked.Tokens, rotated.Tokens);
        Assert.NotEqual(revoked.Keys, rotated.Keys);
    }
}
