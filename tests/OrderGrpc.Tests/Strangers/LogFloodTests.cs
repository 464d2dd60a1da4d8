using System.Text;
using Grpc.Core;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What strangers write into the log, at levels where the framework quotes them.</summary>
public sealed class LogFloodTests : IDisposable
{
    private const int Calls = 4000;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Information")]
    [InlineData("Debug")]
    [InlineData("Trace")]
    public async Task A_path_with_escape_sequences_is_never_raw_in_the_log_and_fills_so_much_a_second(string level)
    {
        await using var server = await ServerProcess.StartAsync(folder, null, "--log-level", level);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using (var http = await RawHttp2.ConnectAsync(server.Address))
        {
            var path = "/%1b[2J\u001b[31m" + new string('x', 4000);
            for (var call = 0; call < Calls; call++)
            {
                try
                {
                    await http.OpenAsync((2 * call) + 1, path, null, ("user-agent", "\u001b]0;title\u0007"));
                }
                catch (IOException)
                {
                    break; // it has had enough of this one
                }
            }
        }

        // What is ours is there also while strangers fill their part.
        using var nobody = new Party(server.Address, "nonsense");
        Assert.Equal(StatusCode.Unauthenticated, (await Refused.By(nobody.Query.GetOrderAsync(new V1.GetOrderRequest { OrderId = 1 }))).Code);
        Assert.Equal(0, await server.StopAsync());
        var seconds = (int)clock.Elapsed.TotalSeconds + 2;
        Assert.DoesNotContain('\u001b', server.Errors);
        Assert.Contains("SecurityLog[105]", server.Errors, StringComparison.Ordinal);
        var quoted = server.Errors.Split('\n').Where(line => line.Contains(": Microsoft.", StringComparison.Ordinal)).Sum(line => Encoding.UTF8.GetByteCount(line));
        Assert.InRange(quoted, 1, seconds * (HostLimits.FrameworkLogBytesPerSecond + (2 * HostLimits.LogLineLength)));
    }
}
