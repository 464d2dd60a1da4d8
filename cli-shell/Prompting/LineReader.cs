using System.Threading.Channels;

namespace OrderGrpc.CliShell;

/// <summary>
/// Lines of the input, one when asked for. A person at a terminal edits it, and nothing typed early
/// answers a question not yet seen. From a pipe one line is read ahead, so that the end of the input
/// is known once the last line is used.
/// </summary>
public sealed class LineReader(TextReader input, bool isTerminal)
{
    private readonly List<string> earlier = [];
    private readonly Channel<string> ahead = Channel.CreateBounded<string>(1);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<LineEditor>? editor;
    private bool pumping;

    /// <summary>The lines of a command's input, edited where a person types them.</summary>
    public static LineReader Of(Session session)
    {
        var dependencies = session.Dependencies;
        var lines = new LineReader(dependencies.Input, dependencies.InputIsTerminal);
        lines.editor = dependencies.Keys is { } keys ? () => new LineEditor(keys, session.Printer, dependencies, lines.earlier) : null;
        return lines;
    }

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

    /// <summary>The next line, or null at the end of the input.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        Start();
        string? line;
        if (editor is not null)
        {
            line = await editor().ReadAsync(cancellation);
        }
        else if (isTerminal)
        {
            // A read of a terminal cannot be called off; it is left behind when the process ends.
            line = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellation);
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
