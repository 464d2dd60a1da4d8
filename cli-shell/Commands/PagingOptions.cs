using System.CommandLine;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell.Commands;

/// <summary>--limit and --all.</summary>
public sealed class PagingOptions
{
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
    public int? Limit(ParseResult parsed, Texts texts) => (parsed.GetValue(all), parsed.GetValue(limit)) switch
    {
        (true, not null) => throw CliException.Usage(texts.Format(Text.NotTogether, all.Name, limit.Name)),
        (true, null) => null,
        (false, var most) => (int)(most ?? ContractLimits.DefaultPageSize),
    };
}
