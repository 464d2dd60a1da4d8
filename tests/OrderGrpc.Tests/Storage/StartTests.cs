using System.Net;
using System.Net.Sockets;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage;

/// <summary>Reasons not to start: each with exit code 1, its own message on standard error, and nothing changed.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TestFolder folder = new();

    public static TheoryData<string, string, string> BadValues => new()
    {
        { "--max-queued-commands", "0", "--max-queued-commands (or ORDERGRPC_MAX_QUEUED_COMMANDS) is '0': it must be 1 to 1000000." },
        { "--max-queued-commands", "1000001", "it must be 1 to 1000000." },
        { "--max-queued-commands", "many", "is 'many': it must be a number." },
        { "--max-watches-per-caller", "-1", "--max-watches-per-caller (or ORDERGRPC_MAX_WATCHES_PER_CALLER) is '-1': it must be 1 to 1000000." },
        { "--default-supplier", "a b", "--default-supplier (or ORDERGRPC_DEFAULT_SUPPLIER) is 'a b': a name has" },
        { "--default-supplier", "", "a name has" },
        { "--log-level", "Loud", "is 'Loud': it must be one of Trace, Debug," },
        { "--local-tokens", "2", "is '2': it must be one of Auto, On, Off." },
        { "--urls", "nonsense", "--urls (or ORDERGRPC_URLS) is 'nonsense': it must be a URL such as" },
        { "--urls", "ftp://127.0.0.1", "it must be a URL such as" },
        { "--urls", "http://127.0.0.1:8803/path", "it must be a URL such as" },
        { "--urls", "", "--urls (or ORDERGRPC_URLS) is '': it must be a URL such as" },
        { "--data", "", "--data (or ORDERGRPC_DATA) is '': name a folder." },
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var first = await ServerProcess.StartAsync(folder);
        Refused(
            await ServerProcess.RunAsync(folder, "--data", folder.Data, "--urls", ServerProcess.FreeAddress()),
            $"Another server is using the data folder {folder.Data}. Stop it, or name another folder with --data.");
        using var client = first.Client();
        Assert.Equal(1, (await client.PlaceAsync()).Id);
    }

    [Fact]
    public async Task A_server_that_was_killed_leaves_no_lock_behind()
    {
        await using (var first = await ServerProcess.StartAsync(folder))
        {
            await first.KillAsync();
        }

        await using var second = await ServerProcess.StartAsync(folder);
        using var client = second.Client();
        Assert.Equal(1, (await client.PlaceAsync()).Id);
    }

    [Fact]
    public async Task A_port_in_use_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        Refused(
            await ServerProcess.RunAsync(folder, "--data", folder.Data, "--urls", address),
            $"Another program is listening on {address}. Stop it, or name another address with --urls.");
    }

    [Fact]
    public async Task A_data_folder_under_a_file_is_refused()
    {
        await File.WriteAllTextAsync(folder.File("file"), "");
        Refused(
            await ServerProcess.RunAsync(folder, "--data", folder.File("file/data"), "--urls", ServerProcess.FreeAddress()),
            folder.File("file/data"), "cannot be made");
        Refused(await ServerProcess.RunAsync(folder, "--data", folder.File("file"), "--urls", ServerProcess.FreeAddress()), folder.File("file"));
    }

    [Fact]
    public async Task A_data_folder_that_the_system_does_not_let_anybody_write_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has a /proc");
        Refused(await ServerProcess.RunAsync(folder, "--data", "/proc/ordergrpc", "--urls", ServerProcess.FreeAddress()), "/proc/ordergrpc", "cannot be made");
    }

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task A_bad_value_of_a_flag_is_refused(string flag, string value, string says) =>
        Refused(await ServerProcess.RunAsync(folder, flag, value), says);

    [Theory]
    [InlineData("ORDERGRPC_MAX_QUEUED_COMMANDS", "0", "--max-queued-commands (or ORDERGRPC_MAX_QUEUED_COMMANDS) is '0'")]
    [InlineData("ORDERGRPC_LOG_LEVEL", "Loud", "is 'Loud': it must be one of")]
    public async Task A_bad_value_of_the_environment_is_refused(string variable, string value, string says) =>
        Refused(await ServerProcess.RunAsync(folder, new Dictionary<string, string> { [variable] = value }), says);

    private static void Refused((int ExitCode, string Output, string Errors) ended, params string[] says)
    {
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("server: ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.All(says, words => Assert.Contains(words, ended.Errors, StringComparison.Ordinal));
    }
}
