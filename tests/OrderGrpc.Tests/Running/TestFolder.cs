namespace OrderGrpc.Tests.Running;

/// <summary>A folder of its own for one test, removed at its end.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ordergrpc-test-").FullName;

    /// <summary>A server's data folder in it.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>Where the token files go.</summary>
    public string Config => System.IO.Path.Combine(Path, "config");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
