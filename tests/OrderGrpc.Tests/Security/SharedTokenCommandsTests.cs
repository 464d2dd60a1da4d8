using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Security;

/// <summary>server token on a database.</summary>
public sealed class SharedTokenCommandsTests : IAsyncLifetime
{
    private readonly PrivateFolder root = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        root.Dispose();
    }

    [Fact]
    public void Every_verb_does_on_a_database_what_it_does_on_a_folder()
    {
        var token = new JsonWebToken(Run("issue", "--role", "client", "--name", "acme", "--expires", "90d").Output.Trim());
        var revoked = new JsonWebToken(Run("issue", "--role", "supplier", "--name", "shop").Output.Trim());
        Assert.Equal(time.GetUtcNow().UtcDateTime.AddDays(90), token.ValidTo);
        Assert.Equal("Revoked.", Run("revoke", revoked.Id).Error.Trim());
        Assert.Equal("It was revoked before.", Run("revoke", revoked.Id).Error.Trim());
        Assert.Contains("no token", Refused("revoke", "abc"), StringComparison.Ordinal);
        var added = Run("rotate-key").Output.Trim();
        Assert.Equal(added, new JsonWebToken(Run("issue", "--role", "client", "--name", "other").Output.Trim()).Kid);
        Assert.Contains("signs", Refused("retire-key", added), StringComparison.Ordinal);
        Run("retire-key", token.Kid);

        var rows = Run("list").Output.Split('\n');
        Assert.Contains("key-retired", rows.Single(row => row.StartsWith(token.Id, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("revoked", rows.Single(row => row.StartsWith(revoked.Id, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(rows, row => row.Contains("active", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root.Path)); // nothing of it is on this disk
    }

    [Fact]
    public void Keys_are_encrypted_by_the_secret_that_is_named_and_a_revocation_needs_none()
    {
        var secret = root.Write("secret", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var token = new JsonWebToken(Run("issue", "--role", "client", "--name", "acme").Output.Trim());
        Assert.Contains("Keys encrypted: 1.", Run("encrypt-keys", "--key-secret-file", secret).Error, StringComparison.Ordinal);

        Assert.Contains("--key-secret-file FILE", Refused("issue", "--role", "client", "--name", "acme"), StringComparison.Ordinal);
        Assert.Equal(token.Kid, new JsonWebToken(Run("issue", "--role", "client", "--name", "acme", "--key-secret-file", secret).Output.Trim()).Kid);
        Assert.Equal("Revoked.", Run("revoke", token.Id).Error.Trim());
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Contains("--data and --store are both given", Refused("list", "--data", root.Path), StringComparison.Ordinal);
        Assert.Contains("--key-secret-file FILE", Refused("encrypt-keys"), StringComparison.Ordinal);
        Assert.Contains("it is for --store", Assert.Throws<StartException>(() => Invoke("token", "list", "--data", root.Path, "--key-secret-file", "x")).Message, StringComparison.Ordinal);
        Assert.Contains("files that only their owner can read", Assert.Throws<StartException>(() => Invoke("token", "encrypt-keys", "--data", root.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Throws<StartException>(() => Invoke("token", "list", "--store", "Host=127.0.0.1;Port=1;Database=x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_s_own_flags_and_variables_count_for_its_commands()
    {
        using var folder = new TestFolder();
        var environment = new Dictionary<string, string> { ["ORDERGRPC_STORE"] = database.Store };
        var (exit, token, errors) = await ServerProcess.RunAsync(folder, environment, "token", "issue", "--role", "client", "--name", "acme");
        Assert.Equal((0, ""), (exit, errors));
        var listed = await ServerProcess.RunAsync(folder, "--store", database.Store, "token", "list");
        Assert.Contains(new JsonWebToken(token.Trim()).Id, listed.Output, StringComparison.Ordinal);
        var refused = await ServerProcess.RunAsync(folder, environment, "token", "list", "--data", folder.Data);
        Assert.Equal((1, "", "server: --data and --store are both given: orders are in a data folder or in a database. Leave one out.\n"), refused);
    }

    private (string Output, string Error) Run(params string[] verb) => Invoke(["token", .. verb, "--store", database.Store]);

    private string Refused(params string[] verb) => Assert.Throws<StartException>(() => Run(verb)).Message;

    private (string Output, string Error) Invoke(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = ServerCommand.Build((_, _) => Task.FromResult(0), TokenCommands.Build(time, PostgresIdentity.OpenAsync)).Parse(arguments);
        Assert.Empty(parsed.Errors);
        parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return (output.ToString(), error.ToString());
    }
}
