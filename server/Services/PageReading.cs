using Grpc.Core;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;

namespace OrderGrpc.Server.Services;

/// <summary>A slice of what a page is made of. Next is the key after which the next slice starts.</summary>
public sealed record PageSlice<T>(IReadOnlyList<T> Entries, long Next, bool IsEnd, ReadWork Work);

/// <summary>
/// A page of a list: as many entries as were asked for, but no more bytes than fit an answer. It is
/// put together from slices, each in the caller's turn; so it ends at the call's deadline however
/// little is found. Until it was sent it counts as unsent, and a caller that takes none of its pages
/// gets no more of them.
/// </summary>
public sealed class PageReading(ReadTurns turns, CallLimits limits)
{
    private readonly UnsentBytes unsent = new(limits.UnsentPageBytesPerCaller, limits.UnsentPageBytesForAll);

    /// <summary>Reads a page after a key.</summary>
    /// <param name="size">The most entries.</param>
    /// <param name="bytesOf">What an entry takes.</param>
    /// <param name="read">Reads at most so many entries after a key.</param>
    public async Task<(List<T> Entries, bool MoreFollow)> ReadAsync<T>(
        ServerCallContext context, int size, long? after, Func<T, int> bytesOf, Func<long?, int, CancellationToken, ValueTask<PageSlice<T>>> read)
        where T : class
    {
        using var room = await RoomAsync(context, limits.PageBytes + StoreLimits.BytesPerRead);
        var page = new List<T>();
        for (var bytes = 0; ;)
        {
            // One more than the page takes, to know whether another follows.
            var limit = Math.Min(size - page.Count + 1, limits.RowsPerRead);
            var slice = await turns.ReadAsync(
                context.Caller(), () => read(after, limit, context.CancellationToken), slice => slice.Work, context.CancellationToken);
            foreach (var entry in slice.Entries)
            {
                bytes += bytesOf(entry);
                if (page.Count == size || (bytes > limits.PageBytes && page.Count > 0))
                {
                    room.Keep(bytes);
                    return (page, true);
                }

                page.Add(entry);
            }

            after = slice.Next;
            if (slice.IsEnd)
            {
                room.Keep(bytes);
                return (page, false);
            }
        }
    }

    /// <summary>Counts a large answer as unsent until it was sent; false where there is no room for it now.</summary>
    public bool TryKeep(ServerCallContext context, long bytes)
    {
        var caller = context.Caller();
        if (!unsent.TryTake(caller, bytes))
        {
            return false;
        }

        new AnswerRoom(bytes, context.GetHttpContext().Response, given => unsent.Give(caller, given)).Keep(bytes);
        return true;
    }

    /// <summary>Room for an answer, which is to be had before it is read.</summary>
    public async Task<AnswerRoom> RoomAsync(ServerCallContext context, long bytes)
    {
        var caller = context.Caller();
        await unsent.TakeAsync(caller, bytes, context.CancellationToken);
        return new AnswerRoom(bytes, context.GetHttpContext().Response, given => unsent.Give(caller, given));
    }
}

/// <summary>The room of one answer: what it keeps is given back when it was sent, the rest at once.</summary>
public sealed class AnswerRoom(long taken, HttpResponse response, Action<long> give) : IDisposable
{
    private long kept;

    /// <summary>The answer has so many bytes.</summary>
    public void Keep(long bytes)
    {
        kept = Math.Min(bytes, taken);
        if (kept > 0)
        {
            response.OnCompleted(() =>
            {
                give(kept);
                return Task.CompletedTask;
            });
        }
    }

    public void Dispose()
    {
        if (taken > kept)
        {
            give(taken - kept);
        }
    }
}
