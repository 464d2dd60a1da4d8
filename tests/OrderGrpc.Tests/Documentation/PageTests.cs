using System.Text.RegularExpressions;

namespace OrderGrpc.Tests.Documentation;

/// <summary>What the pages point at is there.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Pages =>
    [
        .. Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
            .Select(page => Path.GetRelativePath(Repository.Root, page).Replace('\\', '/')),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var links = Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(link => link.Groups[1].Value);
        Assert.All(
            links.Where(link => !link.Contains("://", StringComparison.Ordinal)),
            link => Assert.True(Path.Exists(Path.Combine(folder, link.Split('#')[0])), $"{page} links to {link}"));
    }

    [Fact]
    public void A_file_or_folder_that_the_architecture_names_is_there()
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"))).Select(name => name.Groups[1].Value).ToList();
        Assert.True(named.Count > 50);
        Assert.All(named, name => Assert.True(Path.Exists(Path.Combine(Repository.Root, name)), $"there is no {name}"));
    }

    [GeneratedRegex(@"\]\(([^)#\s][^)\s]*)\)")]
    private static partial Regex Link();

    // A path from the root: with a folder in it.
    [GeneratedRegex(@"`([\w.-]+/[\w./-]*)`")]
    private static partial Regex Named();
}
