using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>
/// Tells once when tool and server are more than a minor version apart. The server's version comes
/// with the first answer, as each call asks for it by a header; no call is made for it.
/// </summary>
public sealed class VersionNotice(Printer printer, Texts texts)
{
    /// <summary>The header that asks, and that answers.</summary>
    public const string Header = "ordergrpc-version";

    private bool told;

    /// <summary>The version of this tool: major, minor and patch.</summary>
    public static string Own { get; } = typeof(VersionNotice).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Looks at what came with an answer.</summary>
    public void See(Metadata headers)
    {
        if (!told && headers.GetValue(Header) is { } text && Version.TryParse(text, out var server) && IsFar(Version.Parse(Own), server))
        {
            told = true;
            printer.Notice(texts.Format(Text.VersionsFarApart, Own, server));
        }
    }

    /// <summary>Whether two versions are more than a minor one apart.</summary>
    public static bool IsFar(Version one, Version other) => one.Major != other.Major || Math.Abs(one.Minor - other.Minor) > 1;
}
