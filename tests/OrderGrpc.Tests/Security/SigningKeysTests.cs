using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Tests.Security;

public sealed class SigningKeysTests : IDisposable
{
    private readonly PrivateFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void The_first_start_makes_one_key_that_only_its_owner_can_read()
    {
        var keys = SigningKeys.Open(data.Path);

        var id = Assert.Single(keys.Ids);
        Assert.Equal(256, keys.Newest.KeySize);
        Assert.Equal("700", PrivateFolder.ModeOf(data["keys"]));
        Assert.Equal("600", PrivateFolder.ModeOf(data["keys", id]));
    }

    [Fact]
    public void The_next_start_finds_the_same_key()
    {
        var first = SigningKeys.Open(data.Path).Newest;
        var second = SigningKeys.Open(data.Path).Newest;

        Assert.Equal(first.KeyId, second.KeyId);
        Assert.Equal(first.Key, second.Key);
    }

    [Fact]
    public void After_a_rotation_the_new_key_signs_and_the_old_one_still_verifies()
    {
        var keys = SigningKeys.Open(data.Path);
        var old = keys.Newest.KeyId;

        var added = keys.Rotate();

        Assert.Equal(added, keys.Newest.KeyId);
        Assert.NotEqual(old, added);
        Assert.True(keys.Has(old));
    }

    [Fact]
    public void The_tenth_key_is_newer_than_the_ninth()
    {
        var keys = SigningKeys.Open(data.Path);
        for (var i = 0; i < 9; i++)
        {
            keys.Rotate();
        }

        Assert.StartsWith("10-", SigningKeys.Open(data.Path).Newest.KeyId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_runs_finds_a_key_added_elsewhere_and_loses_one_retired_elsewhere()
    {
        var server = SigningKeys.Open(data.Path);
        var elsewhere = SigningKeys.Open(data.Path);
        var old = elsewhere.Newest.KeyId;

        var added = elsewhere.Rotate();
        Assert.NotNull(server.Find(added, new FakeTimeProvider()));

        elsewhere.Retire(old);
        server.Refresh();
        Assert.False(server.Has(old));
        Assert.Null(server.Find(old, new FakeTimeProvider()));
    }

    [Fact]
    public void A_key_that_is_not_known_is_looked_for_once_a_second_however_many_are_asked_for()
    {
        var time = new FakeTimeProvider();
        var server = SigningKeys.Open(data.Path);
        Assert.Null(server.Find("7-00000000", time));

        var added = SigningKeys.Open(data.Path).Rotate();
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(server.Find(added, time)); // it would be there, had anybody looked
        }

        time.Advance(TokenLimits.UnknownKeyLook);
        Assert.NotNull(server.Find(added, time));
    }

    [Fact]
    public void The_key_that_signs_cannot_be_retired()
    {
        var keys = SigningKeys.Open(data.Path);

        var refused = Assert.Throws<StartException>(() => keys.Retire(keys.Newest.KeyId));

        Assert.Contains("rotate-key", refused.Message, StringComparison.Ordinal);
        Assert.Single(keys.Ids);
    }

    [Theory]
    [InlineData("9-00000000")]
    [InlineData("../tokens.lock")]
    [InlineData("")]
    public void A_key_that_is_not_there_cannot_be_retired(string id)
    {
        var keys = SigningKeys.Open(data.Path);
        Assert.Throws<StartException>(() => keys.Retire(id));
        Assert.True(File.Exists(data["tokens.lock"]));
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused_with_the_command_that_mends_it()
    {
        var path = data["keys", SigningKeys.Open(data.Path).Newest.KeyId];
        PrivateFolder.Widen(path, UnixFileMode.OtherRead);

        var refused = Assert.Throws<StartException>(() => SigningKeys.Open(data.Path));

        Assert.Contains($"chmod 600 '{path}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_keys_that_the_group_can_list_is_refused()
    {
        SigningKeys.Open(data.Path);
        PrivateFolder.Widen(data["keys"], UnixFileMode.GroupRead);

        var refused = Assert.Throws<StartException>(() => SigningKeys.Open(data.Path));

        Assert.Contains($"chmod 700 '{data["keys"]}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public void A_file_that_is_not_a_key_is_refused(string text)
    {
        var path = data["keys", SigningKeys.Open(data.Path).Newest.KeyId];
        File.WriteAllText(path, text);

        Assert.Contains("not a key", Assert.Throws<StartException>(() => SigningKeys.Open(data.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_that_a_crash_left_behind_is_not_a_key()
    {
        var keys = SigningKeys.Open(data.Path);
        File.WriteAllText(data["keys", ".draft"], "half");

        keys.Refresh();

        Assert.Single(SigningKeys.Open(data.Path).Ids);
    }

    [Fact]
    public async Task Two_first_starts_at_once_make_one_key()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SigningKeys.Open(data.Path))));

        Assert.Single(opened.Select(keys => keys.Newest.KeyId).Distinct());
    }
}
