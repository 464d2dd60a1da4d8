using System.Diagnostics;
using System.Text.RegularExpressions;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Documentation;

/// <summary>What the pages show of curl is what curl prints, run by a shell against a new server.</summary>
public sealed partial class HttpPageTests
{
    [Theory]
    [InlineData("docs/HTTP.md")]
    [InlineData("README.md")]
    public async Task Each_command_of_curl_prints_what_the_page_shows(string page)
    {
        var commands = Blocks().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, page))).SelectMany(block => block.Groups[1].Value.Split("\n$ ")).ToList();
        Assert.NotEmpty(commands);
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        foreach (var command in commands)
        {
            var (line, shown) = (command.Split('\n')[0], string.Join('\n', command.Split('\n')[1..]));
            Assert.Equal(Plain(shown), Plain(await ShellAsync(line.Replace("http://127.0.0.1:8803", server.Address, StringComparison.Ordinal), server.Token("client"))));
        }
    }

    private static async Task<string> ShellAsync(string line, string token)
    {
        var start = new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true };
        start.Environment["TOKEN"] = token;
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Deadlines.Patience);
        await shell.WaitForExitAsync().WaitAsync(Deadlines.Patience);
        return output;
    }

    private static string Plain(string text) => Times().Replace(text, "TIME").TrimEnd();

    [GeneratedRegex(@"^```console\n\$ (.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Times();
}
