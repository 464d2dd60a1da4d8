using System.Threading.Channels;

namespace OrderGrpc.Server.Storage;

/// <summary>
/// What was committed, handed to the one who waits for rows by those who know of it: the writer of
/// this process, so that its rows need not be read from the store, and whoever hears of others. They
/// never wait; what is dropped is read from the store.
/// </summary>
public sealed class CommittedRows
{
    private readonly Channel<LogPage> pages = Channel.CreateBounded<LogPage>(
        new BoundedChannelOptions(StoreLimits.CommitsAhead) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private volatile Func<bool> areWanted = () => false; // by the one who waits
    private long end; // as far as the one who waits was told
    private long known;

    /// <summary>Whether somebody wants rows; else how far the log goes is enough to tell.</summary>
    public bool AreWanted => areWanted();

    /// <summary>The furthest position that was told of.</summary>
    public long Known => Volatile.Read(ref known);

    /// <summary>Tells of a commit: its rows, or none where they are too many to keep, and how far the log goes.</summary>
    public void Add(LogPage page)
    {
        for (var before = Known; before < page.ReadTo && Interlocked.CompareExchange(ref known, page.ReadTo, before) != before; before = Known)
        {
        }

        pages.Writer.TryWrite(page);
    }

    /// <summary>Tells that no more can be told: whoever waits fails with this.</summary>
    public void Fail(StoreException failure) => pages.Writer.TryComplete(failure);

    /// <summary>
    /// Waits until the log goes on after a position, and gives the next rows: those that were told where
    /// they are the next, and else from the store; or none where they would have to be read for nobody.
    /// </summary>
    public async ValueTask<LogPage> NextAsync(IOrderStore store, long afterPosition, Func<bool> areWanted, CancellationToken cancellation)
    {
        this.areWanted = areWanted;
        var page = await WaitAsync(afterPosition, cancellation);
        if (page.Rows is [var first, ..] && first.Position == afterPosition + 1)
        {
            return page;
        }

        return areWanted() ? await store.OpenLog(LogFilter.All, afterPosition).NextAsync(cancellation) : new LogPage([], page.ReadTo);
    }

    // The page need not be the next one.
    private async ValueTask<LogPage> WaitAsync(long afterPosition, CancellationToken cancellation)
    {
        if (end > afterPosition)
        {
            return new LogPage([], end); // it was told of more than it has read
        }

        while (true)
        {
            var page = await ReadAsync(cancellation);
            if (page.ReadTo > afterPosition)
            {
                end = page.ReadTo;
                return page;
            }
        }
    }

    private async ValueTask<LogPage> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await pages.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException e) when (e.InnerException is StoreException failure)
        {
            throw failure;
        }
    }
}
