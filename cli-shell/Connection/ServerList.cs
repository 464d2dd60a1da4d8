namespace OrderGrpc.CliShell;

/// <summary>The servers of one deployment, in the order in which they are tried; mostly one.</summary>
public sealed class ServerList
{
    /// <summary>The most that can be named.</summary>
    public const int Most = 16;

    private const char Separator = ',';
    private const string DefaultPort = ":8803";

    private ServerList(IReadOnlyList<ServerAddress> all) => All = all;

    /// <summary>All of them.</summary>
    public IReadOnlyList<ServerAddress> All { get; }

    /// <summary>Reads addresses parted by commas.</summary>
    /// <param name="texts">For errors.</param>
    /// <param name="source">The flag or variable that has them.</param>
    /// <param name="text">What it says.</param>
    /// <exception cref="CliException">One is no address, is there twice, or has another scheme than the others.</exception>
    public static ServerList Parse(Texts texts, string source, string text)
    {
        var all = new List<ServerAddress>();
        foreach (var word in text.Split(Separator, StringSplitOptions.TrimEntries))
        {
            if (!ServerAddress.TryParse(word, out var address))
            {
                var meant = Meant(text);
                throw CliException.Usage(texts.Format(Text.BadServer, source, word) + (meant is null ? "" : " " + texts.Format(Text.DidYouMean, meant)));
            }

            if (all.FirstOrDefault(other => other.Uri.Scheme != address.Uri.Scheme) is { } plain)
            {
                throw CliException.Usage(texts.Format(Text.MixedServers, source, plain, address));
            }

            if (all.Find(other => other.FileStem == address.FileStem) is { } twice)
            {
                throw CliException.Usage(texts.Format(Text.ServerTwice, source, twice, address));
            }

            all.Add(address);
        }

        return all.Count <= Most ? new ServerList(all) : throw CliException.Usage(texts.Format(Text.TooManyServers, source, Most, all.Count));
    }

    /// <summary>Whether each of these is among those: what is kept for those, such as a token, is for these too.</summary>
    public bool IsWithin(string others)
    {
        var known = others.Split(Separator, StringSplitOptions.TrimEntries).Select(word => ServerAddress.TryParse(word, out var address) ? address.Uri : null).ToList();
        return All.All(address => known.Contains(address.Uri));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(Separator, All);

    // With semicolons or blanks as other tools have lists, or without the scheme.
    private static string? Meant(string text)
    {
        var words = text.Split([Separator, ';', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Contains("://", StringComparison.Ordinal) ? word : $"http://{word}{(word.Contains(':', StringComparison.Ordinal) ? "" : DefaultPort)}")
            .ToList();
        return words.Count > 0 && words.TrueForAll(word => ServerAddress.TryParse(word, out _)) ? string.Join(Separator, words) : null;
    }
}
