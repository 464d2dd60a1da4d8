using System.Text;

namespace OrderGrpc.CliShell;

/// <summary>What help says beside the commands.</summary>
public static class HelpTopics
{
    private const string States = "states";

    /// <summary>The topics.</summary>
    public static IReadOnlyList<string> Names { get; } = [States, "environment", "exit-codes"];

    /// <summary>The text of a topic.</summary>
    public static string Text(string topic, Texts texts) => topic == States ? OfStates(texts) : texts.Help(topic);

    // From the contract: a state that it gains needs its line here, or help would not know it.
    private static string OfStates(Texts texts)
    {
        var text = new StringBuilder(texts.Help(States));
        foreach (var state in ContractNames.AllStates().Split(", "))
        {
            text.Append("\n  ").Append(state.PadRight(17)).Append(texts.Help("state " + state));
        }

        return text.ToString();
    }
}
