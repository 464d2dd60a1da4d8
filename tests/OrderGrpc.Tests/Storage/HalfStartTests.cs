using System.Net;
using System.Net.Sockets;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Storage;

/// <summary>Starts that fail at one step after another: nothing of the server is left in the process.</summary>
public sealed class HalfStartTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("port", "Another program is listening on")]
    [InlineData("token folder", "cannot be written")]
    [InlineData("damaged file", "is damaged")]
    [InlineData("tokens", "is damaged in line 1")]
    [InlineData("certificate", "cannot be read")]
    public async Task A_start_that_fails_at_a_step_leaves_no_file_open_and_the_next_one_succeeds(string step, string says)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        await (await StartAsync("http://127.0.0.1:0")).DisposeAsync();
        var (address, data) = ("http://127.0.0.1:0", new ServerOptions());
        var database = Path.Combine(folder.Data, "orders.db");
        var tokens = Path.Combine(folder.Data, "tokens.jsonl");
        var (good, goodTokens) = (await File.ReadAllBytesAsync(database), await File.ReadAllBytesAsync(tokens));
        switch (step)
        {
            case "port":
                taken.Start();
                address = FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
                break;
            case "token folder":
                Directory.Delete(folder.Config, recursive: true);
                await File.WriteAllTextAsync(folder.Config, "in the way");
                break;
            case "damaged file":
                await File.WriteAllTextAsync(database, "not a database");
                break;
            case "tokens":
                await File.WriteAllTextAsync(tokens, "garbage\n");
                break;
            case "certificate":
                (address, data) = ("https://127.0.0.1:0", new ServerOptions { Certificate = folder.File("none.pem") });
                break;
        }

        var refused = await Assert.ThrowsAsync<StartException>(() => StartAsync(address, data.Certificate));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Empty(OpenFiles());
        taken.Stop();
        if (step == "token folder")
        {
            File.Delete(folder.Config);
        }

        await File.WriteAllBytesAsync(database, good);
        await File.WriteAllBytesAsync(tokens, goodTokens);
        await (await StartAsync("http://127.0.0.1:0")).DisposeAsync();
        Assert.Empty(OpenFiles());
    }

    [Fact]
    public async Task Parts_are_ended_in_the_reverse_of_their_order_also_where_one_fails_to_end()
    {
        var ended = new List<string>();
        var parts = new ServerParts();
        parts.Keep("first", () => ended.Add("first"));
        parts.Keep("second", () => throw new IOException("stuck"));
        parts.Keep("third", () => ended.Add("third"));

        Assert.Equal("stuck", (await Assert.ThrowsAsync<IOException>(async () => await parts.DisposeAsync())).Message);

        Assert.Equal(["third", "first"], ended);
        await parts.DisposeAsync();
        Assert.Equal(2, ended.Count);
    }

    // Of the writer too: its thread ends before the store that it writes to is closed.
    private string[] OpenFiles() => !OperatingSystem.IsLinux() ? [] :
        [.. Directory.GetFiles("/proc/self/fd").Select(link =>
        {
            try
            {
                return new FileInfo(link).LinkTarget ?? "";
            }
            catch (IOException)
            {
                return ""; // closed in between
            }
        }).Where(file => file.StartsWith(folder.Path, StringComparison.Ordinal))];

    private Task<ServerHost> StartAsync(string address, string certificate = "") => ServerHost.StartAsync(
        new ServerOptions { Data = folder.Data, Urls = address, Certificate = certificate, LogLevel = LogLevel.Error },
        TimeProvider.System, folder.Config, TextWriter.Null, TestContext.Current.CancellationToken);
}
