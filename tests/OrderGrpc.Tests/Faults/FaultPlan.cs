using System.Globalization;

namespace OrderGrpc.Tests.Faults;

/// <summary>
/// How long a fault is repeated and by which chance. The short form runs in the suite; for the long
/// one ORDERGRPC_FAULT_CYCLES says how often, and ORDERGRPC_FAULT_SEED repeats a run.
/// </summary>
public sealed class FaultPlan
{
    public FaultPlan(int shortForm)
    {
        Seed = Number("ORDERGRPC_FAULT_SEED") ?? Environment.TickCount;
        Cycles = Number("ORDERGRPC_FAULT_CYCLES") ?? shortForm;
        Random = new Random(Seed);
        Print($"seed {Seed}, {Cycles} cycles");
    }

    public int Seed { get; }

    public int Cycles { get; }

    public Random Random { get; }

    /// <summary>Whether the long form was asked for.</summary>
    public static bool IsLong => Number("ORDERGRPC_FAULT_CYCLES") is not null;

    /// <summary>Says a figure: in the test's output, and in a long form at once.</summary>
    public static void Print(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (IsLong)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TestContext.Current.TestMethod?.MethodName}: {line}"));
        }
    }

    /// <summary>A count of the environment, or null where none is set.</summary>
    public static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
