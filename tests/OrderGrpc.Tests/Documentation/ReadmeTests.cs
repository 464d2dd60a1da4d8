using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using Google.Api;
using OrderGrpc.ClientCli;
using OrderGrpc.CliShell;
using OrderGrpc.Contract;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.SupplierCli;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Documentation;

/// <summary>
/// What the README and docs/REFERENCE.md say of the process, the commands and the settings is made
/// from the code. Run the tests with UPDATE_README=1 to write it anew.
/// </summary>
public sealed class ReadmeTests
{
    private static readonly string[] Nouns = ["order", "quote", "realization", "inbox", "context", "whoami", "completion", "help"];

    [Theory]
    [InlineData("README.md", "process")]
    [InlineData("docs/REFERENCE.md", "diagram")]
    [InlineData("docs/HTTP.md", "calls")]
    [InlineData("docs/REFERENCE.md", "commands")]
    [InlineData("docs/REFERENCE.md", "settings")]
    public void The_generated_parts_are_what_the_code_says(string page, string part)
    {
        var path = Path.Combine(Repository.Root, page);
        var expected = part switch
        {
            "process" => Process(),
            "diagram" => Diagram(),
            "calls" => Calls(),
            "commands" => Commands(),
            _ => Settings(),
        };
        var text = File.ReadAllText(path);
        var (start, end) = ($"<!-- {part} -->\n", $"<!-- end of {part} -->");
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= start.Length && to >= from, $"{page} has no part '{part}'");
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(path, text[..from] + expected + text[to..]);
            return;
        }

        Assert.Equal(expected, text[from..to]);
    }

    private static string Process()
    {
        var table = new StringBuilder("| Command | Who | From | Event | To |\n|---|---|---|---|---|\n");
        foreach (var step in OrderProcess.Steps)
        {
            var from = step.From.Count == 0 ? "(none)" : string.Join(", ", step.From.Select(Names.Of));
            var star = OrderProcess.IsTerminal(step.To) ? " *" : "";
            table.Append(CultureInfo.InvariantCulture, $"| {step.Command} | {step.Role} | {from} | {step.Event} | {Names.Of(step.To)}{star} |\n");
        }

        return table.ToString();
    }

    private static string Calls()
    {
        var table = new StringBuilder("| Call | RPC | Who |\n|---|---|---|\n");
        foreach (var method in new[] { OrderQueryService.Descriptor, ClientService.Descriptor, SupplierService.Descriptor, PrototypeService.Descriptor }.SelectMany(service => service.Methods))
        {
            var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
            var who = method.Service.Name == nameof(SupplierService) ? "supplier" : method.Service.Name == nameof(ClientService) || rule.Post == "/place_order" ? "client" : "both";
            table.Append(CultureInfo.InvariantCulture, $"| `{(rule.Post.Length > 0 ? "POST " + rule.Post : "GET " + rule.Get)}` | {method.Service.Name}.{method.Name} | {who} |\n");
        }

        return table.ToString();
    }

    private static string Diagram()
    {
        var diagram = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        foreach (var step in OrderProcess.Steps)
        {
            foreach (var from in step.From.Count == 0 ? ["[*]"] : step.From.Select(Names.Of))
            {
                diagram.Append(CultureInfo.InvariantCulture, $"    {from} --> {Names.Of(step.To)}: {step.Role} {step.Command}\n");
            }
        }

        foreach (var state in OrderProcess.Turns.Keys.Where(OrderProcess.IsTerminal))
        {
            diagram.Append(CultureInfo.InvariantCulture, $"    {Names.Of(state)} --> [*]\n");
        }

        return diagram.Append("```\n").ToString();
    }

    private static string Commands()
    {
        var client = Verbs("", ClientTool.BuildRootCommand(Shell(Role.Client))).ToList();
        var supplier = Verbs("", SupplierTool.BuildRootCommand(Shell(Role.Supplier))).ToList();
        var text = new StringBuilder("| Command | client-cli | supplier-cli | What it does |\n|---|---|---|---|\n");
        foreach (var verb in client.Union(supplier).OrderBy(verb => Array.IndexOf(Nouns, verb.Words.Split(' ')[0])))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{verb.Words}` | {Mark(client.Contains(verb))} | {Mark(supplier.Contains(verb))} | {verb.Description} |\n");
        }

        return text.ToString();
    }

    private static string Mark(bool has) => has ? "✓" : "";

    private static IEnumerable<(string Words, string Description)> Verbs(string words, System.CommandLine.Command command) =>
        command.Subcommands.Where(verb => !verb.Hidden).SelectMany(verb => verb.Subcommands.Count > 0
            ? Verbs(verb.Name + " ", verb)
            : [(words + verb.Name + string.Concat(verb.Arguments.Select(argument => " " + (argument.HelpName ?? argument.Name).ToUpperInvariant())), verb.Description ?? "")]);

    private static string Settings()
    {
        var text = new StringBuilder("| Flag | Environment | Default | What it is |\n|---|---|---|---|\n");
        foreach (var setting in ServerOptions.Settings)
        {
            var description = setting.GetCustomAttribute<DescriptionAttribute>()!.Description.Split('|')[1];
            var value = setting.GetValue(new ServerOptions());
            text.Append(CultureInfo.InvariantCulture, $"| `{ServerOptions.FlagOf(setting)}` | `{ServerOptions.VariableOf(setting)}` | {(value is null or "" ? "" : $"`{value}`")} | {description} |\n");
        }

        return text.ToString();
    }

    private static Shell Shell(Role role) => new(role, new CliDependencies
    {
        Input = TextReader.Null,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        Environment = _ => null,
    });
}
