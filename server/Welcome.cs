namespace OrderGrpc.Server;

/// <summary>What a newcomer is told to type.</summary>
public static class Welcome
{
    /// <summary>" --server URL", by which the tools on this machine find the server; nothing where they find it without.</summary>
    public static string ServerFlag(IEnumerable<string> addresses)
    {
        var reached = addresses.Select(OnThisMachine).ToList();
        return reached.Contains(OnThisMachine(new ServerOptions().Urls)) ? "" : $" --server {reached.First()}";
    }

    /// <summary>Where the page is, as a browser on this machine opens it; "web" of the tools opens it signed in.</summary>
    public static string PageAt(string address) => OnThisMachine(address) + "/";

    // The names of the loopback are one to the tools, and who listens everywhere listens there too.
    private static string OnThisMachine(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "localhost" or "[::1]" or "0.0.0.0" or "[::]" or "*" or "+" ? "127.0.0.1" : binding.Host;
        return FormattableString.Invariant($"{binding.Scheme}://{host}:{binding.Port}");
    }
}
