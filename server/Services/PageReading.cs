using Google.Protobuf;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A page of a list: as many entries as were asked for, but no more bytes than fit an answer. It is
/// put together from short reads, so that a page of large entries is never in memory whole.
/// </summary>
public static class PageReading
{
    /// <summary>Reads a page.</summary>
    /// <param name="size">The most entries.</param>
    /// <param name="read">Reads at most so many entries after the last one, null for the first.</param>
    public static (List<T> Entries, bool MoreFollow) Read<T>(int size, Func<T?, int, IReadOnlyList<T>> read)
        where T : class, IMessage
    {
        var page = new List<T>();
        for (var bytes = 0; ;)
        {
            // One more than the page takes, to know whether another follows.
            var limit = Math.Min(size - page.Count + 1, CallLimits.RowsPerRead);
            var entries = read(page.LastOrDefault(), limit);
            foreach (var entry in entries)
            {
                bytes += entry.CalculateSize();
                if (page.Count == size || (bytes > CallLimits.PageBytes && page.Count > 0))
                {
                    return (page, true);
                }

                page.Add(entry);
            }

            if (entries.Count < limit)
            {
                return (page, false);
            }
        }
    }
}
