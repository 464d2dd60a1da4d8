using System.Globalization;
using System.Reflection;

namespace OrderGrpc.Bench;

/// <summary>One run of the bench: its options, its folder, and what it has found out.</summary>
public sealed class Run(BenchOptions options) : IDisposable
{
    private const int MostAttempts = 10;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromMilliseconds(50);

    // Beside the assembly, never in the temporary folder: that is often kept in
    // memory, where an fsync costs nothing.
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "run",
        Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    private readonly SortedSet<string> _missing = [];
    private int _folders;

    public BenchOptions Options { get; } = options;

    public List<Row> Rows { get; } = [];

    /// <summary>What was left out, and why.</summary>
    public IReadOnlyCollection<string> LeftOut => _missing;

    public void Add(Row row)
    {
        Rows.Add(row);
        ResultTable.Print([row], Console.Error);
    }

    public void Missing(string what) => _missing.Add(what);

    public string NewFolder(string name)
    {
        var number = Interlocked.Increment(ref _folders).ToString(CultureInfo.InvariantCulture);
        return Directory.CreateDirectory(Path.Combine(_folder, $"{name}-{number}")).FullName;
    }

    /// <summary>A path that the build has written into the assembly, relative to its folder.</summary>
    public static string Beside(string name)
    {
        var relative = typeof(Run).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == name).Value!;
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, relative));
    }

    /// <summary>Removes the run's files. Called twice where a run is broken off: by the signal, and by the end of Main.</summary>
    public void Dispose()
    {
        lock (_missing)
        {
            for (var attempt = 1; Directory.Exists(_folder); attempt++)
            {
                try
                {
                    Directory.Delete(_folder, recursive: true);
                }
                catch (IOException) when (attempt < MostAttempts)
                {
                    // A killed server's last file can appear while its folder is emptied.
                    Thread.Sleep(AttemptPause);
                }
            }
        }
    }
}
