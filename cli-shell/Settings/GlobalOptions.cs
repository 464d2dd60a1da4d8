using System.CommandLine;
using System.CommandLine.Parsing;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>
/// The options that every command has. A flag beats its environment variable, that beats the context,
/// and that the default.
/// </summary>
public sealed class GlobalOptions
{
    private const string DefaultServer = "http://127.0.0.1:8803";

    /// <summary>The noun whose commands read no context.</summary>
    public const string ContextNoun = "context";

    private readonly Option<string> context;
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
        context = Make(texts, "--context", "NAME");
        server = Make(texts, "--server", "URL[,URL…]");
        tokenFile = Make(texts, "--token-file", "FILE");
        output = Make(texts, "--output", "text|json|jsonl|csv|tsv");
        lang = Make(texts, "--lang", "en|fr");
        timeout = Make(texts, "--timeout", "DURATION");
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
        foreach (var option in new Option[] { context, server, tokenFile, output, lang, timeout, wide, times, color, caFile, certificate, key })
        {
            root.Add(option);
        }
    }

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(ParseResult parsed, string option) => parsed.GetResult(option) is OptionResult { Implicit: false };

    /// <summary>Whether errors are to be JSON, for when not even the options can be read.</summary>
    public bool WantsJson(ParseResult parsed, CliDependencies dependencies) =>
        Find(parsed, dependencies, output, "ORDERGRPC_OUTPUT").Value?.ToLowerInvariant() is "json" or "jsonl";

    /// <summary>Reads all of them; throws a usage error that names the flag or variable at fault.</summary>
    public CliSettings Read(ParseResult parsed, Role role, CliDependencies dependencies, Texts texts)
    {
        var named = ReadContext(parsed, role, dependencies, texts);
        var address = ReadServer(parsed, dependencies, texts, named);

        // A token and a certificate of a context are for its servers: another never sees them.
        var own = named is not null && address.IsWithin(named.Server) ? named : null;
        var settings = new CliSettings
        {
            Context = named?.Name,
            Server = address,
            Flags = Typed(parsed),
            TokenFile = Find(parsed, dependencies, tokenFile, "ORDERGRPC_TOKEN_FILE").Value ?? own?.TokenFile,
            Output = ReadOutput(parsed, dependencies, texts),
            Language = ReadLanguage(parsed, dependencies, texts, named),
            Appearance = ReadAppearance(parsed, dependencies, texts),
            Timeout = ReadTimeout(Find(parsed, dependencies, timeout, "ORDERGRPC_TIMEOUT"), texts) ?? CliSettings.DefaultTimeout,
            TimeoutFlag = ReadTimeout((parsed.GetValue(timeout), timeout.Name), texts),
            CaFile = Find(parsed, dependencies, caFile, "ORDERGRPC_CA_FILE").Value ?? own?.CaFile,
            CertificateFile = Find(parsed, dependencies, certificate, "ORDERGRPC_CERT").Value ?? own?.CertificateFile,
            KeyFile = Find(parsed, dependencies, key, "ORDERGRPC_KEY").Value ?? own?.KeyFile,
        };
        return (settings.CertificateFile is null) == (settings.KeyFile is null)
            ? settings
            : throw CliException.Usage(texts[Text.CertificateNeedsKey]);
    }

    // A command that is told to be typed next reaches the server that this one has reached.
    private string Typed(ParseResult parsed) => string.Concat(new[] { context, server, tokenFile, caFile, certificate, key }
        .Where(option => IsGiven(parsed, option.Name))
        .Select(option => $" {option.Name} {ShellWord.Of(parsed.GetValue(option)!)}"));

    // The commands on contexts read none, so that one that is wrong can be mended.
    private Context? ReadContext(ParseResult parsed, Role role, CliDependencies dependencies, Texts texts)
    {
        if (parsed.CommandResult.Parent is CommandResult { Command.Name: ContextNoun })
        {
            return null;
        }

        var contexts = ContextFile.Read(role, dependencies, texts);
        return (Find(parsed, dependencies, context, "ORDERGRPC_CONTEXT").Value ?? contexts.CurrentName) is { } name ? contexts.Get(name) : null;
    }

    private ServerList ReadServer(ParseResult parsed, CliDependencies dependencies, Texts texts, Context? named)
    {
        var (value, source) = Find(parsed, dependencies, server, "ORDERGRPC_SERVER");
        (value, source) = value is null && named is not null ? (named.Server, $"{context.Name} {named.Name}") : (value, source);
        return ServerList.Parse(texts, source, value ?? DefaultServer);
    }

    private Language ReadLanguage(ParseResult parsed, CliDependencies dependencies, Texts texts, Context? named)
    {
        var (value, source) = Find(parsed, dependencies, lang, "ORDERGRPC_LANG");
        (value, source) = value is null && named?.Language is { } its ? (its, $"{context.Name} {named.Name}") : (value, source);
        if (value is null)
        {
            return Languages.OfEnvironment(dependencies);
        }

        return Languages.TryParse(value, out var language)
            ? language
            : throw CliException.Usage(texts.Format(Text.BadChoice, source, value, "en, fr"));
    }

    private OutputFormat ReadOutput(ParseResult parsed, CliDependencies dependencies, Texts texts)
    {
        var (value, source) = Find(parsed, dependencies, output, "ORDERGRPC_OUTPUT");
        return value?.ToLowerInvariant() switch
        {
            null or "text" => OutputFormat.Text,
            "json" => OutputFormat.Json,
            "jsonl" => OutputFormat.Jsonl,
            "csv" => OutputFormat.Csv,
            "tsv" => OutputFormat.Tsv,
            _ => throw CliException.Usage(texts.Format(Text.BadChoice, source, value, "text, json, jsonl, csv, tsv")),
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
