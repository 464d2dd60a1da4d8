using System.Threading.Channels;

namespace OrderGrpc.CliShell;

/// <summary>
/// The keyboard of this process. From the first question on one thread reads it, as a read of a
/// terminal cannot be called off; it is left behind when the process ends.
/// </summary>
internal sealed class ConsoleKeys : IKeys
{
    private readonly Channel<ConsoleKeyInfo> typed = Channel.CreateUnbounded<ConsoleKeyInfo>();
    private bool reading;

    public void Discard()
    {
        while (!reading && Console.KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }

        while (typed.Reader.TryRead(out _))
        {
        }
    }

    public async ValueTask<ConsoleKeyInfo?> ReadAsync(CancellationToken cancellation)
    {
        if (!reading)
        {
            reading = true;
            new Thread(Read) { IsBackground = true, Name = "keys" }.Start();
        }

        return await typed.Reader.WaitToReadAsync(cancellation) && typed.Reader.TryRead(out var key) ? key : null;
    }

    private void Read()
    {
        try
        {
            // At the end of the input a key that is none is read.
            while (Console.ReadKey(intercept: true) is var key && (key.Key != default || key.KeyChar != default))
            {
                typed.Writer.TryWrite(key);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // A terminal that broke is gone.
        }

        typed.Writer.Complete();
    }
}
