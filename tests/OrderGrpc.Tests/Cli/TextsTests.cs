using System.CommandLine;
using System.Text.RegularExpressions;
using OrderGrpc.ClientCli;
using OrderGrpc.CliShell;
using OrderGrpc.SupplierCli;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.Tests.Cli;

public sealed partial class TextsTests
{
    [Fact]
    public void Every_text_is_there_in_both_languages_and_takes_the_same_values()
    {
        var (english, french) = (new Texts(Language.En), new Texts(Language.Fr));
        foreach (var text in Enum.GetValues<Text>())
        {
            Assert.Equal(Values(english[text]), Values(french[text]));
        }
    }

    [Theory]
    [InlineData(Role.Client, Language.En)]
    [InlineData(Role.Client, Language.Fr)]
    [InlineData(Role.Supplier, Language.En)]
    [InlineData(Role.Supplier, Language.Fr)]
    public void Every_command_and_option_is_described(Role role, Language language)
    {
        var dependencies = new CliDependencies { Input = TextReader.Null, Output = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null };
        var shell = new Shell(role, dependencies, language);
        var root = role == Role.Client ? ClientTool.BuildRootCommand(shell) : SupplierTool.BuildRootCommand(shell);
        foreach (var symbol in Symbols(root))
        {
            Assert.False(string.IsNullOrWhiteSpace(symbol.Description), symbol.Name);
        }
    }

    [Fact]
    public void Every_example_in_help_is_a_command_line_of_its_tool()
    {
        foreach (var role in new[] { Role.Client, Role.Supplier })
        {
            var dependencies = new CliDependencies { Input = TextReader.Null, Output = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null };
            var shell = new Shell(role, dependencies, Language.En);
            var root = role == Role.Client ? ClientTool.BuildRootCommand(shell) : SupplierTool.BuildRootCommand(shell);
            Assert.NotEmpty(shell.Examples);
            foreach (var (command, examples) in shell.Examples)
            {
                Assert.All(examples, example =>
                {
                    var parsed = root.Parse(example);
                    Assert.Empty(parsed.Errors);
                    Assert.Same(command, parsed.CommandResult.Command);
                });
            }
        }

    }

    private static IEnumerable<Symbol> Symbols(Command command) =>
        command.Options.Concat<Symbol>(command.Arguments).Append(command).Concat(command.Subcommands.SelectMany(Symbols));

    private static IEnumerable<string> Values(string text) => ValueIn().Matches(text).Select(m => m.Value).Distinct().Order();

    [GeneratedRegex("\\{[0-9]+\\}")]
    private static partial Regex ValueIn();
}
