namespace OrderGrpc.CliShell;

/// <summary>Writing small files so that a crash leaves the old content or the new, never a part.</summary>
public static class DurableFile
{
    /// <summary>Replaces the content: written beside it, on disk, then renamed over it.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        // The process id keeps two writers of one name apart; the later rename wins.
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
