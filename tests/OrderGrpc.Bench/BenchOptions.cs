using System.Globalization;

namespace OrderGrpc.Bench;

/// <summary>What the command line says: <c>[scenario…] [--rounds N] [--seconds S] [--growth N] [--server DLL] [--attack TEXT] [--env NAME=VALUE]</c>.</summary>
public sealed class BenchOptions
{
    private const int MaxRounds = 100;
    private const double MaxSeconds = 600;
    private const int MaxGrowth = 20_000_000;

    /// <summary>The scenarios to run; empty for all.</summary>
    public List<string> Scenarios { get; } = [];

    /// <summary>Rounds of each contender; the figures are their medians.</summary>
    public int Rounds { get; private set; } = 5;

    /// <summary>How long one round lasts.</summary>
    public TimeSpan Round { get; private set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many events the scenarios growth and start fill the file with.</summary>
    public int Growth { get; private set; } = 50_000;

    /// <summary>Of the scenarios of attacks only those whose name has this in it; null for all.</summary>
    public string? Only { get; private set; }

    /// <summary>Another build of the server than the one beside; null for that one.</summary>
    public string? Server { get; private set; }

    /// <summary>Environment variables of our server alone, to compare the runtime's settings.</summary>
    public Dictionary<string, string> ServerEnvironment { get; } = [];

    public bool Help { get; private set; }

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{argument} needs a value");
            switch (argument)
            {
                case "--rounds":
                    options.Rounds = (int)Number(argument, Value(), 1, MaxRounds);
                    break;
                case "--seconds":
                    options.Round = TimeSpan.FromSeconds(Number(argument, Value(), 0.1, MaxSeconds));
                    break;
                case "--growth":
                    options.Growth = (int)Number(argument, Value(), 1_000, MaxGrowth);
                    break;
                case "--only":
                    options.Only = Value();
                    break;
                case "--server":
                    options.Server = Path.GetFullPath(Value());
                    break;
                case "--env":
                    var pair = Value().Split('=', 2);
                    options.ServerEnvironment[pair[0]] = pair.Length == 2 ? pair[1] : throw new FormatException("--env takes NAME=VALUE");
                    break;
                case "--help" or "-h":
                    options.Help = true;
                    break;
                case var other when other.StartsWith('-'):
                    throw new FormatException($"unknown option {other}");
                default:
                    options.Scenarios.Add(argument);
                    break;
            }
        }

        return options;
    }

    private static double Number(string name, string text, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} takes a number from {least} to {most}");
}
