using System.CommandLine;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server;

/// <summary>server process: what this server executes, as a table, or the BPMN model of it. It needs no data.</summary>
public static class ProcessCommand
{
    // docs/process.bpmn, as it was when this program was built.
    private const string Model = "process.bpmn";

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var bpmn = new Option<bool>("--bpmn") { Description = "The BPMN 2.0 model with its diagram, in place of the table." };
        var command = new Command("process", "Print the process: who may do what in which state, and where it leads; an order has ended in a state with a star.") { bpmn };
        command.SetAction(parsed => Print(parsed.GetValue(bpmn), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Print(bool bpmn, TextWriter output)
    {
        if (bpmn)
        {
            using var model = new StreamReader(typeof(ProcessCommand).Assembly.GetManifestResourceStream(Model)!);
            output.Write(model.ReadToEnd());
            return;
        }

        string[][] rows = [["COMMAND", "WHO", "FROM", "EVENT", "TO"], .. OrderProcess.Steps.SelectMany(Rows)];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    // One for each state that the step is possible in.
    private static IEnumerable<string[]> Rows(ProcessStep step) =>
        (step.From.Count == 0 ? ["(none)"] : step.From.Select(Names.Of)).Select(from => new[]
        {
            Names.Of(step.Command), Names.Of(step.Role), from, Names.Of(step.Event), Names.Of(step.To) + (OrderProcess.IsTerminal(step.To) ? " *" : ""),
        });
}
