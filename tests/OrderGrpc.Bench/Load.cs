using System.Diagnostics;

namespace OrderGrpc.Bench;

/// <summary>The callers. A call answers whether it succeeded, and throws only where going on makes no sense.</summary>
public static class Load
{
    // Beyond this many calls in flight a fixed schedule is lost anyway.
    private const int MaxInFlight = 10_000;

    /// <summary>Callers that each send the next call when the one before is answered, for a time.</summary>
    public static async Task<Outcome> ClosedAsync(int callers, TimeSpan time, Func<int, Task<bool>> call)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var runs = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var latencies = new Latencies();
            long done = 0, late = 0, failed = 0;
            for (var start = Stopwatch.GetTimestamp(); start < end; start = Stopwatch.GetTimestamp())
            {
                var succeeded = await call(caller).ConfigureAwait(false);
                latencies.AddSince(start);

                // A call that ends after the time is not part of the rate.
                var inTime = Stopwatch.GetTimestamp() < end;
                failed += succeeded ? 0 : 1;
                done += succeeded && inTime ? 1 : 0;
                late += succeeded && !inTime ? 1 : 0;
            }

            return (latencies, done, late, failed);
        })).ToArray();

        var results = await Task.WhenAll(runs).ConfigureAwait(false);
        var done = results.Sum(r => r.done);
        return new(done / time.TotalSeconds, Latencies.Merged(results.Select(r => r.latencies)),
            done + results.Sum(r => r.late), results.Sum(r => r.failed));
    }

    /// <summary>A number of calls, numbered from 0, shared among callers; a failed one throws.</summary>
    public static async Task<Outcome> CountedAsync(int callers, int calls, Func<int, Task<bool>> call)
    {
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        var runs = Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var latencies = new Latencies();
            for (var number = Interlocked.Increment(ref next); number < calls; number = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                if (!await call(number).ConfigureAwait(false))
                {
                    throw new InvalidOperationException($"call {number} of {calls} failed");
                }

                latencies.AddSince(sent);
            }

            return latencies;
        })).ToArray();
        var results = await Task.WhenAll(runs).ConfigureAwait(false);
        return new(calls / Stopwatch.GetElapsedTime(start).TotalSeconds, Latencies.Merged(results), calls);
    }

    /// <summary>
    /// Calls on a fixed schedule, whether or not earlier ones are answered. The clock of
    /// each starts when it was due, so a stall counts for all the calls that it delays.
    /// </summary>
    public static async Task<Outcome> OpenAsync(int perSecond, TimeSpan time, Func<int, Task<bool>> call)
    {
        var total = (int)(perSecond * time.TotalSeconds);
        var latencies = new Latencies();
        var flights = new List<Task>(total);
        int inFlight = 0, failed = 0;
        var start = Stopwatch.GetTimestamp();

        async Task SendAsync(int number, long due)
        {
            var succeeded = await call(number).ConfigureAwait(false);
            var ticks = Stopwatch.GetTimestamp() - due;
            lock (latencies)
            {
                latencies.Add(ticks);
                failed += succeeded ? 0 : 1;
                Interlocked.Decrement(ref inFlight);
            }
        }

        for (var number = 0; number < total; number++)
        {
            var due = start + (long)((double)number / perSecond * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due)
            {
                // The timer's grain, about a millisecond, is part of every latency.
                await Task.Delay(1).ConfigureAwait(false);
            }

            if (Interlocked.Increment(ref inFlight) > MaxInFlight)
            {
                throw new InvalidOperationException($"more than {MaxInFlight} calls in flight: the schedule cannot be held");
            }

            flights.Add(SendAsync(number, due));
        }

        await Task.WhenAll(flights).ConfigureAwait(false);
        return new((total - failed) / Stopwatch.GetElapsedTime(start).TotalSeconds, latencies, total - failed, failed);
    }
}
