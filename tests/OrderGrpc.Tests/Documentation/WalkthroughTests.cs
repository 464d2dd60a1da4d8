using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using OrderGrpc.Tests.Cli;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Documentation;

/// <summary>The README's walkthrough prints what the README says.</summary>
public sealed partial class WalkthroughTests : ServedCli
{
    [Fact]
    public async Task Each_command_prints_what_the_readme_shows()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var commands = Blocks().Matches(readme).SelectMany(block => block.Groups[1].Value.Split("\n$ ")).ToList();
        Assert.NotEmpty(commands);
        Cli.Terminal = 80;
        Cli["NO_COLOR"] = "1";
        foreach (var command in commands)
        {
            var (line, shown) = (command.Split('\n')[0], string.Join('\n', command.Split('\n')[1..]));
            var words = CommandLineParser.SplitCommandLine(line).ToArray();
            var run = await Cli.RunAsync(words[0] == "client-cli" ? Role.Client : Role.Supplier, words[1..]);
            Assert.True(run.ExitCode == 0, run.Error);

            // A terminal shows both: what is said beside the result comes before it, or after.
            Assert.Contains(Plain(shown), new[] { Plain(run.Error + run.Output), Plain(run.Output + run.Error) });
        }
    }

    // Times differ, and so does the width of their column.
    private static string Plain(string text) => Padding().Replace(Times().Replace(text, "TIME"), "  ").TrimEnd();

    [GeneratedRegex(@"^```\n\$ (.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"just now|\d+ (min|h) ago")]
    private static partial Regex Times();

    [GeneratedRegex(@"  +")]
    private static partial Regex Padding();
}
