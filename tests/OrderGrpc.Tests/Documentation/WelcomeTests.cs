using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Documentation;

/// <summary>What the server tells to type is what works.</summary>
public sealed class WelcomeTests
{
    [Theory]
    [InlineData("", "http://127.0.0.1:8803")]
    [InlineData("", "http://localhost:8803")]
    [InlineData("", "http://[::]:8803", "https://[::]:8804")]
    [InlineData(" --server http://127.0.0.1:9000", "http://0.0.0.0:9000")]
    [InlineData(" --server http://127.0.0.1:9000", "http://[::1]:9000")]
    [InlineData(" --server https://orders.example.com:443", "https://orders.example.com:443")]
    [InlineData(" --server https://127.0.0.1:8803", "https://127.0.0.1:8803")]
    public void The_lines_to_type_name_the_server_where_the_tools_would_not_find_it(string flag, params string[] addresses) =>
        Assert.Equal(flag, Welcome.ServerFlag(addresses));

    [Fact]
    public async Task A_server_on_another_port_tells_lines_that_name_it()
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        var told = server.Output.ToString();
        Assert.Contains($"  client-cli order place --server {server.Address} --name", told, StringComparison.Ordinal);
        Assert.Contains($"  supplier-cli inbox --server {server.Address}", told, StringComparison.Ordinal);
    }
}
