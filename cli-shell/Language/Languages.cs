namespace OrderGrpc.CliShell;

/// <summary>A language that both the tools and the server speak.</summary>
public enum Language
{
    /// <summary>English.</summary>
    En,

    /// <summary>French.</summary>
    Fr,
}

/// <summary>Choosing a language.</summary>
public static class Languages
{
    private const string Flag = "--lang";

    /// <summary>Reads "en" or "fr".</summary>
    public static bool TryParse(string value, out Language language)
    {
        language = value.Equals("fr", StringComparison.OrdinalIgnoreCase) ? Language.Fr : Language.En;
        return language == Language.Fr || value.Equals("en", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The language of the locale: the first of LC_ALL, LC_MESSAGES and LANG that is set decides, as POSIX has it.</summary>
    public static Language OfEnvironment(CliDependencies dependencies)
    {
        var locale = dependencies.Variable("LC_ALL") ?? dependencies.Variable("LC_MESSAGES") ?? dependencies.Variable("LANG");
        return locale is not null && locale.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ? Language.Fr : Language.En;
    }

    /// <summary>
    /// The language of help and of errors in the command line itself, needed before it is parsed.
    /// A wrong value is left for the parser to refuse.
    /// </summary>
    public static Language BeforeParsing(IReadOnlyList<string> arguments, CliDependencies dependencies)
    {
        var value = dependencies.Variable("ORDERGRPC_LANG");
        for (var i = 0; i < arguments.Count && arguments[i] != "--"; i++)
        {
            if (arguments[i] == Flag && i + 1 < arguments.Count)
            {
                value = arguments[i + 1];
            }
            else if (arguments[i].StartsWith(Flag + "=", StringComparison.Ordinal))
            {
                value = arguments[i][(Flag.Length + 1)..];
            }
        }

        return value is not null && TryParse(value, out var language) ? language : OfEnvironment(dependencies);
    }

    /// <summary>The name of the language in accept-language and in resources.</summary>
    public static string Tag(this Language language) => language == Language.Fr ? "fr" : "en";
}
