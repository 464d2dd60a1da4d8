using System.Threading.Channels;

namespace OrderGrpc.CliShell;

/// <summary>
/// Lines of the input, one when asked for. On a terminal they are edited, and what was typed before a question was shown
/// counts for nothing: whoever types ahead answers what they have not seen. From a pipe every line
/// counts, and one is read ahead, so that the end of the input is known once the last line is used.
/// </summary>
/// <param name="dependencies">The input.</param>
/// <param name="printer">Where a line is drawn as it is edited.</param>
public sealed class LineReader(CliDependencies dependencies, Printer printer)
{
    private readonly List<string> earlier = [];
    private readonly TextReader input = dependencies.Input;
    private readonly bool isTerminal = dependencies.InputIsTerminal;
    private readonly Channel<string> ahead = Channel.CreateBounded<string>(1);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<string?>? reading;
    private bool pumping;

    /// <summary>Whether a person types.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>Completes when the input has ended and its last line is used.</summary>
    public Task Ended => ended.Task;

    /// <summary>Begins to read ahead where that is safe.</summary>
    public void Start()
    {
        if (isTerminal || pumping)
        {
            return;
        }

        pumping = true;
        _ = ahead.Reader.Completion.ContinueWith(_ => ended.TrySetResult(), TaskScheduler.Default);
        _ = Task.Factory.StartNew(Pump, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Before a question is shown: what a terminal has got until now counts for nothing. Not after, as
    /// a program that answers at a terminal is quick.
    /// </summary>
    public void Forget()
    {
        dependencies.DiscardTyped();

        // A read of a terminal cannot be called off. One that a withdrawn question has left goes on
        // for the next; what it has got meanwhile was typed at no question.
        if (isTerminal && reading is { IsCompletedSuccessfully: true, Result: not null })
        {
            reading = null;
        }
    }

    /// <summary>The next line, or null at the end of the input. The question has been shown.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        Start();
        string? line;
        if (dependencies.Keys is { } keys)
        {
            line = await new LineEditor(keys, printer, dependencies, earlier).ReadAsync(cancellation);
        }
        else if (isTerminal)
        {
            line = await TypedAsync(cancellation);
        }
        else
        {
            line = await ahead.Reader.WaitToReadAsync(cancellation) && ahead.Reader.TryRead(out var read) ? read : null;
        }

        if (line is null)
        {
            ended.TrySetResult();
        }

        return line;
    }

    private async Task<string?> TypedAsync(CancellationToken cancellation)
    {
        reading ??= Task.Run(input.ReadLine, CancellationToken.None);
        var line = await reading.WaitAsync(cancellation);
        reading = null;
        return line;
    }

    private void Pump()
    {
        try
        {
            while (input.ReadLine() is { } line)
            {
                // The thread is this loop's own: waiting here holds up nobody.
                ahead.Writer.WriteAsync(line).AsTask().GetAwaiter().GetResult();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // An input that broke has ended.
        }

        ahead.Writer.Complete();
    }
}
