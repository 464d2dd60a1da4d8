namespace OrderGrpc.CliShell;

/// <summary>The folder of tokens and cursors: $XDG_CONFIG_HOME/ordergrpc, else ~/.config/ordergrpc.</summary>
public static class ConfigFolder
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The path; it may not exist yet. Throws where others could put files into it.</summary>
    public static string Of(CliDependencies dependencies, Texts texts)
    {
        // The XDG specification: a relative path there is invalid and to be ignored.
        var config = dependencies.Variable("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : Path.Combine(Home(dependencies), ".config");
        var folder = Path.Combine(config, "ordergrpc");
        FileTrust.OfFolder(folder, texts);
        return folder;
    }

    /// <summary>Makes a folder in it, which only its owner enters.</summary>
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerAlone);
    }

    private static string Home(CliDependencies dependencies) =>
        dependencies.Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
