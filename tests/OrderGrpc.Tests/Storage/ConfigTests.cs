using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Storage;

/// <summary>One configuration, the server's own: what may say how it runs, and what may not.</summary>
public sealed class ConfigTests : IDisposable
{
    private const string DefaultSupplier = "ORDERGRPC_DEFAULT_SUPPLIER";
    private readonly TestFolder folder = new();

    public static TheoryData<string, string> BadFiles => new()
    {
        { """{ "default-supplier": "a b" }""", "--default-supplier (or ORDERGRPC_DEFAULT_SUPPLIER) is 'a b'" },
        { """{ "max-watches-per-caller": "many" }""", "is 'many': it must be a number" },
        { """{ "defualt-supplier": "x" }""", "has 'defualt-supplier', which is no setting. Did you mean 'default-supplier'?" },
        { """{ "DefaultSupplier": "x" }""", "Did you mean 'default-supplier'?" },
        { """{ "OrderGrpc": { "Data": "x" } }""", "has 'OrderGrpc', which is no setting." },
        { """{ "urls": ["http://127.0.0.1:1"] }""", "'urls' must be a text, a number, true or false." },
        { """{ "data": "x", "data": "y" }""", "is not JSON" },
        { """{ "data": """, "is not JSON" },
        { """[]""", "must be one JSON object" },
    };

    private string Config => folder.File("settings.json");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_file_that_is_not_right_is_refused(string json, string says)
    {
        await WriteAsync(json);
        Refused(await ServerProcess.RunAsync(folder, "--config", Config), says);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused() =>
        Refused(await ServerProcess.RunAsync(folder, "--config", folder.File("none.json")), "none.json cannot be read");

    [Fact]
    public async Task A_flag_without_a_file_is_refused_and_not_passed_over() =>
        Refused(await ServerProcess.RunAsync(folder, "--config", ""), "--config names no file");

    [Fact]
    public async Task A_file_that_others_can_write_or_that_is_somebody_elses_is_refused()
    {
        await WriteAsync("{}");
        PrivateFolder.Widen(Config, UnixFileMode.GroupWrite);
        Refused(await ServerProcess.RunAsync(folder, "--config", Config), $"chmod go-w '{Config}'");

        await WriteAsync("{}");
        Owners.Give(Config);
        Refused(await ServerProcess.RunAsync(folder, "--config", Config), "belongs to another user");
    }

    [Fact]
    public async Task It_is_the_file_that_is_read_whose_owner_counts_and_not_what_has_its_name()
    {
        await WriteAsync("{}");
        Owners.Give(Config);
        await using var open = File.OpenRead(Config);
        File.Delete(Config); // so no path leads to its owner any more
        var refused = Assert.Throws<StartException>(() => ConfigFile.Read($"/proc/self/fd/{open.SafeFileHandle.DangerousGetHandle()}"));
        Assert.Contains("belongs to another user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_holds_before_the_environment_and_that_before_the_file()
    {
        await WriteAsync("""{ "default-supplier": "by file", "log-level": "by file" }""");
        var environment = new Dictionary<string, string> { ["ORDERGRPC_LOG_LEVEL"] = "Error", ["ORDERGRPC_CONFIG"] = Config };
        Refused(await ServerProcess.RunAsync(folder, environment), "is 'by file'");
        environment[DefaultSupplier] = "by environment";
        Refused(await ServerProcess.RunAsync(folder, environment), "is 'by environment'");
        Refused(await ServerProcess.RunAsync(folder, environment, "--default-supplier", "by flag"), "is 'by flag'");
    }

    [Fact]
    public async Task Settings_of_the_file_hold_for_the_server_and_its_commands()
    {
        await WriteAsync($$"""{ "default-supplier": "smith", "max-watches-per-caller": 20, "insecure": false, "data": "{{folder.File("elsewhere")}}" }""");
        await using var server = await ServerProcess.StartAsync(folder, null, "--config", Config);
        using var client = server.Client();
        Assert.Equal("smith", (await client.PlaceAsync()).Supplier);
        Assert.Equal(0, (await ServerProcess.RunAsync(folder, "token", "issue", "--role", "client", "--name", "a", "--config", Config)).ExitCode);
        Assert.True(File.Exists(Path.Combine(folder.File("elsewhere"), "tokens.jsonl")));
    }

    [Fact]
    public async Task A_host_that_is_told_otherwise_by_its_own_keys_and_by_the_working_folder_serves_as_it_was_told_here()
    {
        var open = new Uri(ServerProcess.FreeAddress()).Port;
        await File.WriteAllTextAsync(folder.File("appsettings.json"), $$"""
            { "Kestrel": { "Endpoints": { "x": { "Url": "http://0.0.0.0:{{open}}" } } }, "Urls": "http://0.0.0.0:{{open}}",
              "Logging": { "LogLevel": { "Default": "None" } }, "OrderGrpc": { "DefaultSupplier": "planted" } }
            """);
        File.Copy(folder.File("appsettings.json"), folder.File("appsettings.Production.json"));
        await using var server = await ServerProcess.StartAsync(folder, null, new Dictionary<string, string>
        {
            ["Kestrel__Endpoints__x__Url"] = $"http://0.0.0.0:{open}",
            ["ASPNETCORE_Kestrel__Endpoints__x__Url"] = $"http://0.0.0.0:{open}",
            ["DOTNET_Kestrel__Endpoints__x__Url"] = $"http://0.0.0.0:{open}",
            ["ASPNETCORE_URLS"] = $"http://0.0.0.0:{open}",
            ["DOTNET_URLS"] = $"http://0.0.0.0:{open}",
            ["ASPNETCORE_HTTP_PORTS"] = $"{open}",
            ["URLS"] = $"http://0.0.0.0:{open}",
            ["Logging__LogLevel__Default"] = "None",
            ["Logging__Console__LogLevel__Default"] = "None",
            ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = "Planted",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ORDERGRPC_MAX_CALLS_PER_CALER"] = "1",
        });

        using var socket = new System.Net.Sockets.TcpClient();
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => socket.ConnectAsync("127.0.0.1", open));
        using var client = server.Client();
        Assert.Equal("supplier", (await client.PlaceAsync()).Supplier);
        using var nobody = new Party(server.Address, "nonsense");
        Assert.Equal("TOKEN_INVALID", (await Refusals(nobody)).Reason);
        Assert.Equal(0, await server.StopAsync());
        Assert.Contains("SecurityLog[105]", server.Errors, StringComparison.Ordinal);
        Assert.Contains("appsettings.json of the working folder is not read any more", server.Errors, StringComparison.Ordinal);
        Assert.Contains("ORDERGRPC_MAX_CALLS_PER_CALER is no setting and is not read. Did you mean ORDERGRPC_MAX_CALLS_PER_CALLER?", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain($"0.0.0.0:{open}", server.Output + server.Errors, StringComparison.Ordinal);
    }

    private static Task<Refused> Refusals(Party party) => Running.Refused.By(party.Query.GetOrderAsync(new V1.GetOrderRequest { OrderId = 1 }));

    private Task WriteAsync(string json)
    {
        File.Delete(Config);
        return File.WriteAllTextAsync(Config, json);
    }

    private static void Refused((int ExitCode, string Output, string Errors) ended, params string[] says)
    {
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("server: ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.All(says, words => Assert.Contains(words, ended.Errors, StringComparison.Ordinal));
    }
}
