using System.CommandLine;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell.Commands;

/// <summary>Lists of states on the command line: repeated, or separated by commas.</summary>
public static class StateNames
{
    /// <summary>An option for them, whose help lists all.</summary>
    public static Option<string[]> Option(Shell shell, string name)
    {
        var option = shell.ManyOption(name, "STATE,…");
        option.Description += " " + ContractNames.AllStates();
        return option;
    }

    /// <summary>Reads them; throws a usage error that names all states.</summary>
    public static IReadOnlyList<Order.Types.State> Parse(Texts texts, string option, string[]? values)
    {
        var states = new List<Order.Types.State>();
        foreach (var name in (values ?? []).SelectMany(v => v.Split(',')))
        {
            if (!Names.TryParseState(name, out var state))
            {
                throw CliException.Usage(texts.Format(Text.BadChoice, option, name, ContractNames.AllStates()));
            }

            states.Add(state);
        }

        return states;
    }
}
