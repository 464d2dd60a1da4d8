namespace OrderGrpc.CliShell;

/// <summary>
/// What a person sees while the tool waits: nothing for half a second, then something that moves, on
/// the error stream of a terminal alone.
/// </summary>
public sealed class Spinner : IDisposable
{
    /// <summary>How long nothing is shown.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly Printer printer;
    private readonly Func<string> text;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private int frame;
    private bool ended;

    private Spinner(Printer printer, TimeProvider time, Func<string> text)
    {
        (this.printer, this.text) = (printer, text);
        timer = time.CreateTimer(_ => Turn(), null, Quiet, Beat);
    }

    /// <summary>Begins to wait; null where nobody looks.</summary>
    public static Spinner? Start(Printer printer, TimeProvider time, Func<string> text) =>
        printer.Animates ? new Spinner(printer, time, text) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            ended = true;
            printer.Animate("");
        }
    }

    private void Turn()
    {
        lock (gate)
        {
            // A turn that was under way as it ended does not stay on the screen.
            if (!ended)
            {
                printer.Animate($"{Frames[frame++ % Frames.Length]} {text()}");
            }
        }
    }
}
