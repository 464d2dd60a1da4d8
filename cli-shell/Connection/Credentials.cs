using System.Text;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Finds the caller's token. A token is only ever in a file, never on a command line where others could read it.</summary>
public static class Credentials
{
    /// <summary>The longest token file that is read, in bytes. A JWT is far below; anything longer is another file.</summary>
    public const int LongestToken = 16 * 1024;

    /// <summary>The file that holds the token: as told, or the one that belongs to the server and the role.</summary>
    public static string FileFor(CliSettings settings, Role role, CliDependencies dependencies, Texts texts) =>
        settings.TokenFile ?? OfServers(settings, server => Path.Combine(ConfigFolder.Of(dependencies, texts), $"{server.FileStem}.{RoleName(role)}.token"));

    /// <summary>
    /// A file that belongs to the servers of a deployment: that of the first of them that has one, since what
    /// holds at one of them holds at all; where there is none, that of the first.
    /// </summary>
    public static string OfServers(CliSettings settings, Func<ServerAddress, string> fileOf)
    {
        var files = settings.Server.All.Select(fileOf).ToList();
        return files.Find(Path.Exists) ?? files[0];
    }

    /// <summary>Reads the token; throws what to do where there is none.</summary>
    public static string Read(CliSettings settings, Role role, CliDependencies dependencies, Texts texts)
    {
        var file = FileFor(settings, role, dependencies, texts);
        if (Directory.Exists(file))
        {
            throw NotAllowed(texts.Format(Text.TokenFileIsFolder, file));
        }

        try
        {
            // What is checked is what is read: a file put in its place meanwhile is not opened again.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            FileTrust.OfSecret(stream, file, texts);
            var token = Encoding.UTF8.GetString(Start(stream)).Trim();
            return token.Length is > 0 and <= LongestToken && token.All(c => c is > ' ' and < '\u007f')
                ? token
                : throw NotAllowed(texts.Format(Text.TokenFileInvalid, file));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotAllowed(texts.Format(Text.TokenFileMissing, file, RoleName(role)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotAllowed(texts.Format(Text.TokenFileUnreadable, file, texts.CauseOf(failure)));
        }
    }

    /// <summary>"client" or "supplier".</summary>
    public static string RoleName(Role role) => role == Role.Client ? "client" : "supplier";

    // One byte more than a token has: what is longer shows. A pipe gives its bytes in parts.
    private static ReadOnlySpan<byte> Start(FileStream stream)
    {
        var bytes = new byte[LongestToken + 1];
        return bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private static CliException NotAllowed(string message) => new(ExitCodes.NotAllowed, "UNAUTHENTICATED", message);
}
