using System.Diagnostics;
using System.Globalization;

namespace OrderGrpc.Bench.Strangers;

/// <summary>
/// An attack in a process of its own, which gives way to the others: attackers have machines of their own,
/// and what is asked is what the server does, not what the load takes from it.
/// </summary>
public sealed class AttackProcess : IDisposable
{
    /// <summary>The first argument of the bench where it is to be the attack.</summary>
    public const string Verb = "play-attack";

    private readonly Process process;

    private AttackProcess(Process process) => this.process = process;

    /// <summary>All attacks, with tokens that they use or forge.</summary>
    public static IEnumerable<Attack> All(string clientToken, string supplierToken) => [.. Attack.All(clientToken), .. Attack.OfCaller(supplierToken)];

    public static AttackProcess Start(string name, int port, string clientToken, string supplierToken, TimeSpan time)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(AttackProcess).Assembly.Location, Verb, name, Text(port), clientToken, supplierToken, Text(time.TotalSeconds) })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.PriorityClass = ProcessPriorityClass.BelowNormal;
        return new AttackProcess(process);
    }

    /// <summary>What the process does: attacks, and says how many connections it made.</summary>
    public static async Task PlayAsync(string[] args)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(double.Parse(args[4], CultureInfo.InvariantCulture)));
        var attack = All(args[2], args[3]).Single(attack => attack.Name == args[0]);
        Console.WriteLine(await attack.RunAsync(int.Parse(args[1], CultureInfo.InvariantCulture), stop.Token));
    }

    /// <summary>Waits for its end; how many connections it made.</summary>
    public async Task<long> EndAsync()
    {
        var made = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return long.TryParse(made, CultureInfo.InvariantCulture, out var count) ? count : 0;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
