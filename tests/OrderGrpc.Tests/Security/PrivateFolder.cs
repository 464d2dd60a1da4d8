using System.Text;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Tests.Security;

/// <summary>A data folder of its own for a test, gone afterwards; and the modes of what is in it.</summary>
public sealed class PrivateFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ordergrpc-").FullName;

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        using var file = OwnerOnly.Open(this[name], FileMode.Create);
        file.Write(bytes);
        return this[name];
    }

    public static string ModeOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        return Convert.ToString((int)File.GetUnixFileMode(path), 8);
    }

    public static void Widen(string path, UnixFileMode more)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | more);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
