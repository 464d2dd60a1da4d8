namespace OrderGrpc.CliShell;

/// <summary>The folder of tokens and cursors: $XDG_CONFIG_HOME/ordergrpc, else ~/.config/ordergrpc.</summary>
public static class ConfigFolder
{
    /// <summary>The path; it may not exist yet.</summary>
    public static string Of(CliDependencies dependencies)
    {
        // The XDG specification: a relative path there is invalid and to be ignored.
        var config = dependencies.Variable("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : Path.Combine(Home(dependencies), ".config");
        return Path.Combine(config, "ordergrpc");
    }

    private static string Home(CliDependencies dependencies) =>
        dependencies.Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
