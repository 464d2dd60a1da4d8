using OrderGrpc.Server;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Tests.Security;

public sealed class StartRulesTests : IDisposable
{
    private readonly PrivateFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void The_data_folder_is_made_for_its_owner_only()
    {
        Check(new ServerOptions { Data = root["data"] });
        Assert.Equal("700", PrivateFolder.ModeOf(root["data"]));
    }

    [Fact]
    public void An_empty_folder_that_is_there_already_is_made_private()
    {
        Directory.CreateDirectory(root["data"]);
        PrivateFolder.Widen(root["data"], UnixFileMode.OtherRead | UnixFileMode.GroupRead);

        Check(new ServerOptions { Data = root["data"] });

        Assert.Equal("700", PrivateFolder.ModeOf(root["data"]));
    }

    [Fact]
    public void A_data_folder_in_use_that_others_can_read_is_refused_with_the_command_that_mends_it()
    {
        Check(new ServerOptions { Data = root["data"] });
        PrivateFolder.Widen(root["data"], UnixFileMode.GroupExecute);

        var refused = Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["data"] }));

        Assert.Contains($"chmod 700 '{root["data"]}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_made_in_the_data_folder_from_then_on_is_private()
    {
        Check(new ServerOptions { Data = root["data"] });
        File.WriteAllText(root["data", "orders.db"], "");
        Assert.Equal("600", PrivateFolder.ModeOf(root["data", "orders.db"]));
    }

    [Fact]
    public void A_file_in_the_data_folder_that_others_can_read_is_refused()
    {
        Check(new ServerOptions { Data = root["data"] });
        File.WriteAllText(root["data", "orders.db"], "");
        PrivateFolder.Widen(root["data", "orders.db"], UnixFileMode.OtherRead);

        var refused = Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["data"] }));

        Assert.Contains($"chmod 600 '{root["data", "orders.db"]}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("data/tokens.lock")]
    public void A_data_folder_or_a_file_in_it_that_is_somebody_elses_is_refused(string whose)
    {
        Check(new ServerOptions { Data = root["data"] });
        Owners.Give(root[whose]);
        var refused = Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["data"] }));
        Assert.Contains($"{root[whose]} belongs to another user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_the_data_folder_is_refused_and_not_followed()
    {
        Check(new ServerOptions { Data = root["data"] });
        File.Delete(root["data", "tokens.lock"]);
        File.CreateSymbolicLink(root["data", "tokens.lock"], root["elsewhere"]);
        Assert.Contains("is a link", Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["data"] })).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(root["elsewhere"]));
    }

    [Fact]
    public void A_data_folder_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(root["file"], "in the way");
        var refused = Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["file", "data"] }));
        Assert.Contains("cannot be made", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_refused()
    {
        File.WriteAllText(root["file"], "in the way");
        Assert.Throws<StartException>(() => Check(new ServerOptions { Data = root["file"] }));
    }

    [Fact]
    public void A_data_folder_on_a_file_system_that_is_read_only_is_refused()
    {
        // /proc is there for everyone and takes files from no one, not even from root.
        Assert.SkipUnless(Directory.Exists("/proc/self"), "no /proc here");
        Assert.Contains("/proc/self", Assert.Throws<StartException>(() => StartRules.PrepareData("/proc/self/fdinfo/data")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8803")]
    [InlineData("http://127.9.9.9:8803")]
    [InlineData("http://localhost:8803")]
    [InlineData("http://LOCALHOST:8803")]
    [InlineData("http://[::1]:8803")]
    [InlineData("https://0.0.0.0:8803")]
    [InlineData("http://127.0.0.1:8803;https://orders.example.com")]
    public void Loopback_and_encrypted_addresses_are_taken_without_a_word(string urls)
    {
        Assert.Equal("", CheckAddresses(urls, insecure: false));
        Assert.Equal("", CheckAddresses(urls, insecure: true));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8803")]
    [InlineData("http://[::]:8803")]
    [InlineData("http://*:8803")]
    [InlineData("http://10.0.0.7:8803")]
    [InlineData("http://orders.example.com:80")]
    [InlineData("http://localhost.example.com:8803")]
    [InlineData("http://[::ffff:10.0.0.7]:8803")]
    [InlineData("http://127.0.0.1:8803;http://10.0.0.7:8803")]
    public void Plain_text_that_others_can_reach_is_refused_unless_told_and_then_loud(string urls)
    {
        var refused = Assert.Throws<StartException>(() => CheckAddresses(urls, insecure: false));
        Assert.Contains("--insecure", refused.Message, StringComparison.Ordinal);

        var warning = CheckAddresses(urls, insecure: true);
        Assert.Contains($"WARNING: {urls.Split(';')[^1]} is not encrypted", warning, StringComparison.Ordinal);
        Assert.True(warning.Split('\n').Length > 4);
    }

    [Theory]
    [InlineData("", "orders", "role", "--oidc-authority")]
    [InlineData("https://issuer.example.com", "", "role", "--oidc-audience")]
    [InlineData("https://issuer.example.com", "orders", "", "--oidc-role-claim")]
    [InlineData("http://issuer.example.com", "orders", "role", "https")]
    [InlineData("issuer.example.com", "orders", "role", "https")]
    [InlineData("file:///etc/passwd", "orders", "role", "https")]
    public void Settings_of_an_external_issuer_that_do_not_fit_are_refused(string authority, string audience, string roleClaim, string says)
    {
        var options = new ServerOptions { OidcAuthority = authority, OidcAudience = audience, OidcRoleClaim = roleClaim };
        Assert.Contains(says, Assert.Throws<StartException>(() => ExternalIssuer.Check(options)).Message, StringComparison.Ordinal);
    }

    private static string CheckAddresses(string urls, bool insecure)
    {
        using var warnings = new StringWriter();
        StartRules.CheckAddresses(new ServerOptions { Urls = urls, Insecure = insecure }, warnings);
        return warnings.ToString();
    }

    private static void Check(ServerOptions options) => StartRules.Check(options, TextWriter.Null);
}
