namespace OrderGrpc.Server.Files;

/// <summary>
/// A file with a secret that the operator made: a password, a private key. Its group may read it, as
/// tools that hand secrets to services do it, and everybody else not.
/// </summary>
public static class SecretFile
{
    /// <summary>The text of the file that a flag names, without the line's end.</summary>
    /// <exception cref="StartException">It cannot be read, is too large to be a secret, or others can read it.</exception>
    public static string Read(string path, string flag)
    {
        try
        {
            Check(path);
            return new FileInfo(path).Length <= FileLimits.SecretBytes ? File.ReadAllText(path).TrimEnd('\r', '\n')
                : throw new StartException($"{flag} {path} is too large for a file with a secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{flag} {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Refuses a file that everybody on this machine has rights to, or that is somebody else's.</summary>
    /// <exception cref="StartException">It is; the message has what mends it.</exception>
    public static void Check(string path)
    {
        OwnerOnly.CheckOwner(path);
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            throw new StartException($"Everybody on this machine has rights to {path}. Take them away: chmod o= '{path}'");
        }
    }
}
