using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

public sealed class TokenRegistryTests : IDisposable
{
    private static readonly Caller Acme = new(Role.Client, "acme");

    private readonly PrivateFolder data = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    private string Registry => data["tokens.jsonl"];

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_record_says_whose_token_it_is_and_how_long_it_holds()
    {
        var issued = Open().Issue(Acme, TimeSpan.FromDays(90), "1-k");

        var read = Assert.Single(Open().Tokens);
        Assert.Equal(issued, read);
        Assert.Equal(Acme, read.Caller);
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), read.Issued);
        Assert.Equal(read.Issued + TimeSpan.FromDays(90), read.Expires);
    }

    [Fact]
    public void The_file_is_for_its_owner_only_and_refused_otherwise()
    {
        Open().Issue(Acme, null, "1-k");
        Assert.Equal("600", PrivateFolder.ModeOf(Registry));

        PrivateFolder.Widen(Registry, UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<StartException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_issued_elsewhere_is_found_at_once()
    {
        var server = Open();
        var issued = Open().Issue(Acme, null, "1-k");

        Assert.Null(server.Known(issued.Id));
        Assert.Equal(issued, server.Find(issued.Id));
    }

    [Fact]
    public void A_revocation_made_elsewhere_is_seen_by_the_next_look()
    {
        var server = Open();
        var issued = server.Issue(Acme, null, "1-k");

        Assert.True(Open().Revoke(issued.Id));
        server.Refresh();

        Assert.NotNull(server.Known(issued.Id)!.Revoked);
    }

    [Fact]
    public void Revoking_again_changes_nothing_and_an_unknown_id_is_told_apart()
    {
        var registry = Open();
        var issued = registry.Issue(Acme, null, "1-k");

        Assert.True(registry.Revoke(issued.Id));
        var length = new FileInfo(Registry).Length;
        Assert.False(registry.Revoke(issued.Id));
        Assert.Null(registry.Revoke("ffffffffffffffff"));
        Assert.Equal(length, new FileInfo(Registry).Length);
    }

    [Fact]
    public void A_last_line_cut_off_by_a_crash_is_passed_over_and_gone_after_the_next_append()
    {
        var first = Open().Issue(Acme, null, "1-k");
        File.AppendAllText(Registry, "{\"id\":\"0123");

        Assert.Equal([first], Open().Tokens);

        var second = Open().Issue(Acme, null, "1-k");
        Assert.Equal([first, second], Open().Tokens);
        Assert.DoesNotContain("{\"id\":\"0123{", File.ReadAllText(Registry), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(Registry).Length);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"revoked\":\"nobody\",\"time\":\"2030-01-01T00:00:00Z\"}")]
    [InlineData("{\"id\":\"a\",\"role\":\"king\",\"name\":\"n\",\"issued\":\"2030-01-01T00:00:00Z\",\"key\":\"1-k\"}")]
    [InlineData("{\"id\":\"a\",\"role\":\"client\",\"name\":\"n\\u001b\",\"issued\":\"2030-01-01T00:00:00Z\",\"key\":\"1-k\"}")]
    [InlineData("{\"id\":\"a\",\"role\":\"client\",\"name\":\"n\",\"issued\":\"2030-01-01T00:00:00Z\",\"key\":\"1-k\",\"more\":1}")]
    public void A_whole_line_that_makes_no_sense_is_refused_by_its_number(string line)
    {
        Open().Issue(Acme, null, "1-k");
        File.AppendAllText(Registry, line + "\n");

        Assert.Contains("damaged in line 2", Assert.Throws<StartException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_while_running_leaves_what_was_known()
    {
        var registry = Open();
        var issued = registry.Issue(Acme, null, "1-k");
        File.AppendAllText(Registry, "garbage\n");

        Assert.Throws<StartException>(registry.Refresh);
        Assert.NotNull(registry.Known(issued.Id));
    }

    [Fact]
    public async Task Many_that_issue_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            var registry = Open();
            for (var i = 0; i < 20; i++)
            {
                registry.Issue(new Caller(Role.Client, $"c{n}-{i}"), null, "1-k");
            }
        })));

        Assert.Equal(160, Open().Tokens.Select(token => token.Caller.Name).Distinct().Count());
    }

    private TokenRegistry Open() => TokenRegistry.Open(data.Path, time);
}
