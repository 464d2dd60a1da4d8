using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Orders;

public sealed class ProcessCommandTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_table_has_a_line_for_each_transition_and_needs_no_data()
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "process");

        Assert.Equal((0, ""), (exitCode, errors));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(["COMMAND", "WHO", "FROM", "EVENT", "TO"], Words(lines[0]));
        Assert.Equal(ProcessTable.Allowed.Length + 1, lines.Length - 1); // those of an order that exists, and its placing
        Assert.All(ProcessTable.Allowed, row => Assert.Contains(
            lines.Select(Words),
            words => words.SequenceEqual([Names.Of(row.Command), Names.Of(row.Role), Names.Of(row.From), row.Event, Names.Of(row.To), .. OrderProcess.IsTerminal(row.To) ? ["*"] : Array.Empty<string>()])));
        var column = lines[0].IndexOf("EVENT", StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal("  ", line[(column - 2)..column]));
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task The_model_is_printed_as_it_lies_in_the_documentation()
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(folder, "process", "--bpmn");
        Assert.Equal((0, "", await File.ReadAllTextAsync(ProcessModel.Path, TestContext.Current.CancellationToken)), (exitCode, errors, output));
    }

    [Theory]
    [InlineData("--svg")]
    [InlineData("quote")]
    public async Task What_it_does_not_know_it_refuses(string word)
    {
        var (exitCode, _, errors) = await ServerProcess.RunAsync(folder, "process", word);
        Assert.NotEqual(0, exitCode);
        Assert.Contains($"'{word}'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_of_it() =>
        Assert.Contains("\n  process ", (await ServerProcess.RunAsync(folder, "--help")).Output, StringComparison.Ordinal);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
