using System.CommandLine;

namespace OrderGrpc.CliShell.Commands;

/// <summary>--limit and --all.</summary>
public sealed class PagingOptions
{
    private const int DefaultLimit = 50;

    private readonly Option<long?> limit;
    private readonly Option<bool> all;

    public PagingOptions(Shell shell)
    {
        limit = NumberOption.Make(shell.Texts, "--limit", "N", smallest: 1, largest: int.MaxValue);
        all = shell.Flag("--all");
    }

    /// <summary>Both options.</summary>
    public Symbol[] All => [limit, all];

    /// <summary>How many to show at most; null for all.</summary>
    public int? Limit(ParseResult parsed) =>
        parsed.GetValue(all) ? null : (int)(parsed.GetValue(limit) ?? DefaultLimit);
}
