using System.Globalization;
using System.Resources;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>The texts of the tools in one language, from Texts.resx, Help.resx and Names.resx.</summary>
public sealed class Texts(Language language)
{
    private readonly ResourceManager texts = new("OrderGrpc.CliShell.Language.Texts", typeof(Texts).Assembly);
    private readonly ResourceManager help = new("OrderGrpc.CliShell.Language.Help", typeof(Texts).Assembly);
    private readonly ResourceManager names = new("OrderGrpc.CliShell.Language.Names", typeof(Texts).Assembly);
    private readonly CultureInfo culture = CultureInfo.GetCultureInfo(language.Tag());

    /// <summary>The language.</summary>
    public Language Language => language;

    /// <summary>A text without values.</summary>
    public string this[Text text] => Find(texts, text.ToString());

    /// <summary>A text with values; numbers are written without grouping.</summary>
    public string Format(Text text, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, this[text], values);

    /// <summary>The description of a command or an option.</summary>
    public string Help(string name) => Find(help, name);

    /// <summary>What a command of a role ends for good, said before it is done; null of one that ends nothing.</summary>
    public string? Ends(Role role, string commandLine) => help.GetString($"ends {role.ToString().ToLowerInvariant()} {commandLine}", culture);

    /// <summary>What the contract names, in this language; null where it is said as the contract has it.</summary>
    public string? Name(string name) => names.GetString(name, culture);

    /// <summary>What stands in help for a value, such as FILE.</summary>
    public string ValueName(string name) => Name("VALUE_" + name) ?? name;

    private string Find(ResourceManager from, string name) =>
        from.GetString(name, culture) ?? throw new InvalidOperationException($"No text named {name}.");
}
