using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The lock under which keys and tokens change. It holds across processes, since `server token`
/// works on the data of a server that runs; readers do without it. The system frees it when a
/// process dies.
/// </summary>
public sealed class DataLock : IDisposable
{
    private const int Attempts = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream file;

    private DataLock(FileStream file) => this.file = file;

    /// <summary>Waits for the lock, ten seconds at most; it is held for one append, so that is long.</summary>
    /// <exception cref="StartException">The folder cannot be written, or the lock stays taken.</exception>
    public static DataLock Take(string data)
    {
        var path = Path.Combine(data, "tokens.lock");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new DataLock(OwnerOnly.Open(path, FileMode.OpenOrCreate, FileShare.None));
            }
            catch (IOException e) when (IsTaken(e) && attempt < Attempts)
            {
                Thread.Sleep(Pause); // no system tells when a lock on a file is free
            }
            catch (IOException e) when (IsTaken(e))
            {
                throw new StartException($"Another process holds {path} and does not let go. End it, then try again.", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"The data folder {data} cannot be written: {e.Message} Choose another with --data, or give this user the right to write there.", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    // What the runtime reports for a lock that is taken: EAGAIN of Linux and of macOS, and ERROR_SHARING_VIOLATION.
    private static bool IsTaken(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
