using CsCheck;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>What a caller does next.</summary>
public enum Act
{
    Place,
    Step, // something that is allowed, by who may do it
    Attempt, // any command, by anybody of its role
    Repeat, // an earlier request again
    Reuse, // the id of an earlier request with other content
    Get,
    List,
    Document,
    Watch,
    Resume,
    Read, // a watch up to what is known
    Restart,
}

/// <summary>An act, and numbers from which it takes its choices at its time.</summary>
public readonly record struct Doing(Act Act, int A, int B, int C)
{
    public override string ToString() => FormattableString.Invariant($"{Act}({A},{B},{C})");
}

/// <summary>A history: what one caller does, and then what several do at once.</summary>
public sealed record Plan(Doing[] First, Doing[][] AtOnce)
{
    private static readonly Gen<Doing> Doings = Gen.Select(
        Gen.Frequency(
            (3, Gen.Const(Act.Place)), (44, Gen.Const(Act.Step)), (14, Gen.Const(Act.Attempt)), (10, Gen.Const(Act.Repeat)),
            (2, Gen.Const(Act.Reuse)), (6, Gen.Const(Act.Get)), (4, Gen.Const(Act.List)), (3, Gen.Const(Act.Document)),
            (5, Gen.Const(Act.Watch)), (4, Gen.Const(Act.Resume)), (3, Gen.Const(Act.Read)), (2, Gen.Const(Act.Restart))),
        Gen.Int[0, 59], Gen.Int[0, 59], Gen.Int[0, 59], (act, a, b, c) => new Doing(act, a, b, c));

    /// <summary>One caller.</summary>
    public static Gen<Plan> Sequential { get; } = Doings.Array[1, 24].Select(doings => new Plan(doings, []));

    /// <summary>Several callers who work on the same orders at once, with watches open.</summary>
    public static Gen<Plan> Parallel { get; } = Gen.Select(
        Doings.Array[1, 8],
        Doings.Array[1, 6].Array[2, 5],
        (first, atOnce) => new Plan([new(Act.Watch, 0, 0, 2), new(Act.Place, 0, 0, 0), new(Act.Watch, 2, 1, 0), .. first], atOnce));

    public override string ToString() => $"{string.Join(" ", First)} | {string.Join(" | ", AtOnce.Select(doings => string.Join(" ", doings)))}";
}
