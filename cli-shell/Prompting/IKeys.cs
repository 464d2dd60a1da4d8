namespace OrderGrpc.CliShell;

/// <summary>The keyboard, key by key.</summary>
public interface IKeys
{
    /// <summary>Forgets what was typed until now.</summary>
    void Discard();

    /// <summary>The next key; null where the terminal is gone.</summary>
    ValueTask<ConsoleKeyInfo?> ReadAsync(CancellationToken cancellation);
}
