using System.Globalization;
using OrderGrpc.Tests.Faults;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>How long callers waited at each kind of failure.</summary>
public sealed class Pauses
{
    private readonly SortedDictionary<Failure, List<TimeSpan>> measured = [];

    public void Add(Failure failure, TimeSpan pause)
    {
        if (!measured.TryGetValue(failure, out var pauses))
        {
            measured[failure] = pauses = [];
        }

        pauses.Add(pause);
        FaultPlan.Print(string.Create(CultureInfo.InvariantCulture, $"{failure}: nobody was answered for {pause.TotalSeconds:F1} s"));
    }

    /// <summary>Says how often each was done, and its shortest, middle and longest pause.</summary>
    public void Print()
    {
        foreach (var (failure, pauses) in measured)
        {
            pauses.Sort();
            FaultPlan.Print(string.Create(
                CultureInfo.InvariantCulture,
                $"{failure}: {pauses.Count} times, pauses of {pauses[0].TotalSeconds:F1}, {pauses[pauses.Count / 2].TotalSeconds:F1}, {pauses[^1].TotalSeconds:F1} s (least, middle, most)"));
        }
    }
}
