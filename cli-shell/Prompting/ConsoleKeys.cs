using System.Threading.Channels;

namespace OrderGrpc.CliShell;

/// <summary>
/// The keyboard of this process. From the first question on one thread reads it, as a read of a
/// terminal cannot be called off; it is left behind when the process ends.
/// </summary>
internal sealed class ConsoleKeys : IKeys
{
    // What comes at once stays together, so that the rest of it can be told from what is typed later.
    private readonly Channel<Queue<ConsoleKeyInfo>> bursts = Channel.CreateUnbounded<Queue<ConsoleKeyInfo>>();
    private Queue<ConsoleKeyInfo> burst = new();
    private bool reading;

    public void Discard()
    {
        while (!reading && Console.KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }

        while (bursts.Reader.TryRead(out _))
        {
        }

        burst.Clear();
    }

    public async ValueTask<ConsoleKeyInfo?> ReadAsync(CancellationToken cancellation)
    {
        if (!reading)
        {
            reading = true;
            new Thread(Read) { IsBackground = true, Name = "keys" }.Start();
        }

        while (burst.Count == 0 && await bursts.Reader.WaitToReadAsync(cancellation) && bursts.Reader.TryRead(out var next))
        {
            burst = next;
        }

        return burst.TryDequeue(out var key) ? key : null;
    }

    private void Read()
    {
        try
        {
            while (Console.ReadKey(intercept: true) is var first && !IsEnd(first))
            {
                var keys = new Queue<ConsoleKeyInfo>([first]);
                while (Console.KeyAvailable && Console.ReadKey(intercept: true) is var next && !IsEnd(next))
                {
                    keys.Enqueue(next);
                }

                bursts.Writer.TryWrite(keys);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // A terminal that broke is gone.
        }

        bursts.Writer.Complete();
    }

    // At the end of the input a key that is none is read.
    private static bool IsEnd(ConsoleKeyInfo key) => key.Key == default && key.KeyChar == default;
}
