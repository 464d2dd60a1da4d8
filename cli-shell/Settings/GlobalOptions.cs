using System.CommandLine;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>The options that every command has. A flag beats its environment variable.</summary>
public sealed class GlobalOptions
{
    private const string DefaultServer = "http://127.0.0.1:8803";

    private readonly Option<string> server;
    private readonly Option<string> tokenFile;
    private readonly Option<string> output;
    private readonly Option<string> lang;
    private readonly Option<string> timeout;
    private readonly Option<bool> wide;
    private readonly Option<string> times;
    private readonly Option<string> color;
    private readonly Option<string> caFile;
    private readonly Option<string> certificate;
    private readonly Option<string> key;

    public GlobalOptions(Texts texts)
    {
        server = Make(texts, "--server", "URL");
        tokenFile = Make(texts, "--token-file", "FILE");
        output = Make(texts, "--output", "text|json");
        lang = Make(texts, "--lang", "en|fr");
        timeout = Make(texts, "--timeout", "TIME");
        wide = new Option<bool>("--wide") { Description = texts.Help("--wide"), Recursive = true };
        times = Make(texts, "--times", "auto|local|utc");
        color = Make(texts, "--color", "auto|always|never");
        caFile = Make(texts, "--ca-file", "PEM");
        certificate = Make(texts, "--cert", "PEM");
        key = Make(texts, "--key", "PEM");
    }

    /// <summary>Adds the options to the root and so to every command.</summary>
    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { server, tokenFile, output, lang, timeout, wide, times, color, caFile, certificate, key })
        {
            root.Add(option);
        }
    }

    /// <summary>The language that the flag or the environment says.</summary>
    public Language LanguageOf(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var (value, source) = Find(parsed, dependencies, lang, "ORDERGRPC_LANG");
        if (value is null)
        {
            return Languages.OfEnvironment(dependencies);
        }

        return Languages.TryParse(value, out var language)
            ? language
            : throw CliException.Usage(texts.Format(Text.BadChoice, source, value, "en, fr"));
    }

    /// <summary>Whether errors are to be JSON, for when not even the options can be read.</summary>
    public bool WantsJson(ParseResult parsed, CliDependencies dependencies) =>
        string.Equals(Find(parsed, dependencies, output, "ORDERGRPC_OUTPUT").Value, "json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads all of them; throws a usage error that names the flag or variable at fault.</summary>
    public CliSettings Read(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var settings = new CliSettings
        {
            Server = ReadServer(parsed, dependencies, texts),
            TokenFile = Find(parsed, dependencies, tokenFile, "ORDERGRPC_TOKEN_FILE").Value,
            Output = ReadOutput(parsed, dependencies, texts),
            Language = LanguageOf(parsed, dependencies, texts),
            Appearance = ReadAppearance(parsed, dependencies, texts),
            Timeout = ReadTimeout(Find(parsed, dependencies, timeout, "ORDERGRPC_TIMEOUT"), texts) ?? CliSettings.DefaultTimeout,
            TimeoutFlag = ReadTimeout((parsed.GetValue(timeout), timeout.Name), texts),
            CaFile = Find(parsed, dependencies, caFile, "ORDERGRPC_CA_FILE").Value,
            CertificateFile = Find(parsed, dependencies, certificate, "ORDERGRPC_CERT").Value,
            KeyFile = Find(parsed, dependencies, key, "ORDERGRPC_KEY").Value,
        };
        return (settings.CertificateFile is null) == (settings.KeyFile is null)
            ? settings
            : throw CliException.Usage(texts[Text.CertificateNeedsKey]);
    }

    private ServerAddress ReadServer(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var (value, source) = Find(parsed, dependencies, server, "ORDERGRPC_SERVER");
        return ServerAddress.TryParse(value ?? DefaultServer, out var address)
            ? address
            : throw CliException.Usage(texts.Format(Text.BadServer, source, value ?? ""));
    }

    private OutputFormat ReadOutput(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var (value, source) = Find(parsed, dependencies, output, "ORDERGRPC_OUTPUT");
        return value?.ToLowerInvariant() switch
        {
            null or "text" => OutputFormat.Text,
            "json" => OutputFormat.Json,
            _ => throw CliException.Usage(texts.Format(Text.BadChoice, source, value, "text, json")),
        };
    }

    private Appearance ReadAppearance(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var (timesText, timesSource) = Find(parsed, dependencies, times, "ORDERGRPC_TIMES");
        if (!Appearance.TryParse(timesText, out TimesChoice timesChoice))
        {
            throw CliException.Usage(texts.Format(Text.BadChoice, timesSource, timesText, Appearance.TimesNames));
        }

        var (colorText, colorSource) = Find(parsed, dependencies, color, "ORDERGRPC_COLOR");
        return Appearance.TryParse(colorText, out ColorChoice colorChoice)
            ? new Appearance(timesChoice, colorChoice, parsed.GetValue(wide))
            : throw CliException.Usage(texts.Format(Text.BadChoice, colorSource, colorText, Appearance.ColorNames));
    }

    private static TimeSpan? ReadTimeout((string? Value, string Source) given, Texts texts)
    {
        if (given.Value is null)
        {
            return null;
        }

        return DurationText.TryParse(given.Value, out var duration)
            ? duration
            : throw CliException.Usage(texts.Format(Text.BadDuration, given.Source, given.Value));
    }

    private static (string? Value, string Source) Find(ParseResult parsed, CliDependencies dependencies, Option<string> option, string variable) =>
        parsed.GetResult(option) is { Tokens.Count: > 0 } given
            ? (given.Tokens[^1].Value, option.Name)
            : (dependencies.Variable(variable), variable);

    private static Option<string> Make(Texts texts, string name, string valueName) => new(name)
    {
        Description = texts.Help(name),
        HelpName = valueName,
        Recursive = true,
    };
}
