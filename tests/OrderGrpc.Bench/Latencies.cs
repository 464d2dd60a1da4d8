using System.Diagnostics;
using System.Numerics;

namespace OrderGrpc.Bench;

/// <summary>
/// A histogram of durations: 64 buckets to each power of two, so a percentile is at
/// most 1.6 % off, whatever its size. One per caller, merged afterwards: no locks.
/// </summary>
public sealed class Latencies
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;

    // 2^41 ns are 36 minutes, longer than any round may last.
    private const int Exponents = 36;

    private readonly long[] _counts = new long[Exponents * SubBuckets];
    private long _max;

    public long Count { get; private set; }

    public double MaxMilliseconds => ToMilliseconds(_max);

    public void AddSince(long startTimestamp) => Add(Stopwatch.GetTimestamp() - startTimestamp);

    public void Add(long ticks)
    {
        var value = Math.Max(ticks, 0);
        _counts[Math.Min(Index(value), _counts.Length - 1)]++;
        _max = Math.Max(_max, value);
        Count++;
    }

    public void Merge(Latencies other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _max = Math.Max(_max, other._max);
        Count += other.Count;
    }

    public static Latencies Merged(IEnumerable<Latencies> parts)
    {
        var all = new Latencies();
        foreach (var part in parts)
        {
            all.Merge(part);
        }

        return all;
    }

    public double PercentileMilliseconds(double percent)
    {
        var wanted = (long)Math.Ceiling(Count * percent / 100);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted && seen > 0)
            {
                return Math.Min(ToMilliseconds(UpperEdge(i)), MaxMilliseconds);
            }
        }

        return 0;
    }

    private static int Index(long value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        var exponent = BitOperations.Log2((ulong)value) - SubBucketBits;
        return ((exponent + 1) << SubBucketBits) + (int)((value >> exponent) & (SubBuckets - 1));
    }

    private static long UpperEdge(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        var exponent = (index >> SubBucketBits) - 1;
        return ((long)((index & (SubBuckets - 1)) + SubBuckets + 1) << exponent) - 1;
    }

    private static double ToMilliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
