namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>
/// Copies the orders of one deployment to another: what the target has already must be how the source
/// begins, the rest is appended slice by slice, and then the target is verified and held against the
/// source, row by row.
/// </summary>
public sealed class StoreCopy(IStoredRows source, IStoreFilling target, TextWriter news)
{
    private long copied; // so far the target is the source, row by row

    /// <summary>Refuses a deployment with faults.</summary>
    /// <exception cref="StartException">It has some; the message tells which.</exception>
    public static async Task<VerifyResult> VerifyAsync(IStoredRows rows, string advice)
    {
        var found = await new StoreVerifier(rows).RunAsync();
        return found.Faults.Count == 0 ? found
            : throw new StartException($"{rows.Name} has faults. {advice}\n  " + string.Join("\n  ", found.Faults));
    }

    /// <summary>Refuses a target that has what the source has not. Nothing is written.</summary>
    /// <exception cref="StartException">It has.</exception>
    public async Task CheckAsync()
    {
        await using var there = await target.ReadAsync();
        await CompareAsync(there, $"{target.Name} is not empty, and is not how {source.Name} begins", "Name an empty folder or database.");
        if (copied > 0)
        {
            await news.WriteLineAsync(FormattableString.Invariant($"{target.Name} has the first {copied} events already."));
        }
    }

    /// <summary>Copies what is missing, and checks all that was written.</summary>
    /// <exception cref="StartException">The target is not what was to be written, or the source went on.</exception>
    public async Task<VerifyResult> RunAsync()
    {
        await AppendAsync(copied);
        await news.WriteLineAsync($"Verifying {target.Name} …");
        await using var there = await target.ReadAsync();
        var found = await VerifyAsync(there, "The copy is not to be used. Remove it, and copy again.");
        await CompareAsync(there, $"{target.Name} is not what was copied", "Remove it, and copy again.");
        if (await source.ReadHeadNowAsync() is var now && now != copied)
        {
            throw new StartException(FormattableString.Invariant(
                $"{source.Name} was written to meanwhile: {copied} events are copied, and it has {now}. Stop its servers, then run the same command again: it goes on from here. Until then no server starts on {target.Name}."));
        }

        return found;
    }

    private async Task AppendAsync(long after)
    {
        var (begun, told) = (after, after);
        while (await source.ReadByPositionAsync(after) is [.., var last] slice)
        {
            if (after == begun)
            {
                await target.BeginAsync();
            }

            await target.AppendAsync(slice);
            after = last.Row.Position;
            if (after - told >= DeploymentLimits.EventsBetweenNews)
            {
                await news.WriteLineAsync(FormattableString.Invariant($"{after} events copied …"));
                told = after;
            }
        }
    }

    // From where both are known to be the same, to the end of the target.
    private async Task CompareAsync(IStoredRows there, string fault, string advice)
    {
        var (mine, theirs) = (new RowQueue(source, copied), new RowQueue(there, copied));
        while (await theirs.NextAsync() is { } row)
        {
            if (await mine.NextAsync() is not { } expected || !expected.IsSameAs(row))
            {
                throw new StartException(FormattableString.Invariant($"{fault}: position {row.Row.Position} is another. {advice}"));
            }

            copied = row.Row.Position;
        }
    }

    // The log of one of them, a row at a time.
    private sealed class RowQueue(IStoredRows rows, long after)
    {
        private readonly Queue<WholeRow> slice = new();

        public async ValueTask<WholeRow?> NextAsync()
        {
            if (slice.Count == 0)
            {
                foreach (var row in await rows.ReadByPositionAsync(after))
                {
                    slice.Enqueue(row);
                    after = row.Row.Position;
                }
            }

            return slice.TryDequeue(out var next) ? next : null;
        }
    }
}
