using System.Threading.Channels;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// What this process committed, handed from the writer to the one who waits for rows: so that these
/// need not be read from the file. The writer never waits; what is dropped is read from the file.
/// </summary>
public sealed class CommittedRows
{
    private readonly Channel<LogPage> pages = Channel.CreateBounded<LogPage>(
        new BoundedChannelOptions(SqliteLimits.CommitsAhead) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private long end; // as far as the one who waits was told

    /// <summary>Tells of a commit: its rows, or none where they are too many to keep, and how far the log goes.</summary>
    public void Add(LogPage page) => pages.Writer.TryWrite(page);

    /// <summary>Waits until the log goes on after a position. The page need not be the next one.</summary>
    public async ValueTask<LogPage> WaitAsync(long afterPosition, CancellationToken cancellation)
    {
        if (end > afterPosition)
        {
            return new LogPage([], end); // it was told of more than it has read
        }

        while (true)
        {
            var page = await pages.Reader.ReadAsync(cancellation);
            if (page.ReadTo > afterPosition)
            {
                end = page.ReadTo;
                return page;
            }
        }
    }
}
