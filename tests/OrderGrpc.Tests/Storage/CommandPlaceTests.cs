using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage;

/// <summary>What a command of the server works on, and what is refused because it makes no sense beside it: nothing is silently passed over.</summary>
public sealed class CommandPlaceTests : IAsyncLifetime
{
    private const string Away = "Host=127.0.0.1;Port=1;Database=x";
    private readonly TestFolder folder = new();

    private string Stored => SqliteFile.PathIn(folder.Data);

    private string Copy => folder.File("copy");

    public async ValueTask InitializeAsync() => await StoredOrders.FillAsync(folder.Data, 1);

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("--store means nothing to 'server verify'", "verify", "FILE", "--store", Away)]
    [InlineData("--data means nothing to 'server verify'", "verify", "FILE", "--data", "DATA")]
    [InlineData("--data means nothing to 'server verify'", "--data", "DATA", "verify", "FILE")]
    [InlineData("--config means nothing to 'server verify'", "verify", "FILE", "--config", "x")]
    [InlineData("FILE is empty", "verify", "")]
    [InlineData("--data and --store are both given", "verify", "--data", "DATA", "--store", Away)]
    [InlineData("--data and --store are both given", "--data", "DATA", "verify", "--store", Away)]
    [InlineData("it is for --store, and that is not given", "verify", "--data", "DATA", "--store-password-file", "x")]
    [InlineData("--key-secret-file means nothing to 'server verify'", "--key-secret-file", "x", "verify", "--store", Away)]
    [InlineData("--store (or ORDERGRPC_STORE) is '': it is empty", "verify", "--store", "")]
    [InlineData("--data and --store are both given", "backup", "COPY", "--data", "DATA", "--store", Away)]
    [InlineData("it is for --store, and that is not given", "backup", "COPY", "--data", "DATA", "--store-password-file", "x")]
    [InlineData("--urls means nothing to 'server backup'", "--urls", "http://127.0.0.1:1", "backup", "COPY", "--data", "DATA")]
    [InlineData("--insecure means nothing to 'server backup'", "--insecure", "backup", "COPY", "--data", "DATA")]
    [InlineData("--data means nothing to 'server copy'", "--data", "DATA", "copy", "--from", "DATA", "--to", "COPY")]
    [InlineData("--store means nothing to 'server copy'", "--store", Away, "copy", "--from", "DATA", "--to", "COPY")]
    [InlineData("--config means nothing to 'server copy'", "copy", "--from", "DATA", "--to", "COPY", "--config", "x")]
    [InlineData("--from-password-file is for a database", "copy", "--from", "DATA", "--to", "COPY", "--from-password-file", "x")]
    [InlineData("--to-key-secret-file is for a database", "copy", "--from", "DATA", "--to", "COPY", "--to-key-secret-file", "x")]
    [InlineData("--to-key-secret-file is empty", "copy", "--from", "DATA", "--to", Away, "--to-key-secret-file", "")]
    [InlineData("--to is empty", "copy", "--from", "DATA", "--to", "")]
    [InlineData("--urls means nothing to 'server token list'", "--urls", "http://127.0.0.1:1", "token", "list", "--data", "DATA")]
    [InlineData("--store (or ORDERGRPC_STORE) is '': it is empty", "--store", "")]
    [InlineData("--key-secret-file (or ORDERGRPC_KEY_SECRET_FILE) is '': it is empty", "--store", Away, "--key-secret-file", "")]
    [InlineData("it is for --store, and that is not given", "--data", "DATA", "--store-password-file", "x")]
    public async Task What_makes_no_sense_together_is_refused_and_nothing_is_done(string says, params string[] arguments)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, [.. arguments.Select(Name)]);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("server: ", errors, StringComparison.Ordinal);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Copy) || Directory.Exists(Copy));
    }

    [Fact]
    public async Task An_empty_variable_is_no_reason_to_serve_from_a_folder()
    {
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, new Dictionary<string, string> { ["ORDERGRPC_STORE"] = "" }, "--urls", ServerProcess.FreeAddress());
        Assert.Equal(1, exitCode);
        Assert.Contains("--store (or ORDERGRPC_STORE) is '': it is empty", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_variables_of_a_server_are_no_hindrance_to_the_check_of_a_file()
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, new Dictionary<string, string> { ["ORDERGRPC_STORE"] = Away }, "verify", Stored);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("orders 1", output, StringComparison.Ordinal);
    }

    private string Name(string argument) => argument switch { "FILE" => Stored, "DATA" => folder.Data, "COPY" => Copy, _ => argument };
}
