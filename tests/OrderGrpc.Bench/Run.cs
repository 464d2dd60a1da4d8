using System.Globalization;
using System.Reflection;

namespace OrderGrpc.Bench;

/// <summary>One run of the bench: its options, its folder, and what it has found out.</summary>
public sealed class Run(BenchOptions options) : IDisposable
{
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

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
