using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>
/// Who else has a hand on a file of ours. A token that others can read is theirs too, and one that
/// others can write acts in their name; so both are refused, with the command that mends it.
/// </summary>
public static class FileTrust
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Throws where somebody else than its owner writes in the folder, or its owner is another user.</summary>
    public static void OfFolder(string path, Texts texts)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        if (FileOwner.OfTarget(path) is { IsTrusted: false })
        {
            throw Refused(texts.Format(Text.OwnedByOther, path));
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersWrite) != 0)
        {
            throw Refused(texts.Format(Text.OthersWrite, path, "chmod go-w"));
        }
    }

    /// <summary>Throws where an open file, which holds a secret, is not its owner's alone.</summary>
    public static void OfSecret(FileStream file, string path, Texts texts)
    {
        if (FileOwner.Of((int)file.SafeFileHandle.DangerousGetHandle()) is { IsTrusted: false })
        {
            throw Refused(texts.Format(Text.OwnedByOther, path));
        }

        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & OthersWrite) != 0)
        {
            throw Refused(texts.Format(Text.OthersWrite, path, "chmod 600"));
        }

        if ((mode & OthersRead) != 0)
        {
            throw Refused(texts.Format(Text.OthersRead, path));
        }
    }

    private static CliException Refused(string message) => new(ExitCodes.NotAllowed, "UNAUTHENTICATED", message);
}
