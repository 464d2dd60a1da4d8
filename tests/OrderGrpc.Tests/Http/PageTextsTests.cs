using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrderGrpc.CliShell;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Http;

/// <summary>The page's texts: the same in both languages, all there, and those of the tools where the tools have them.</summary>
public sealed partial class PageTextsTests
{
    private static string Folder => Path.Combine(Repository.Root, "web");

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_values()
    {
        var (en, fr) = (Read("en"), Read("fr"));
        Assert.Equal(en.Keys, fr.Keys);
        Assert.All(en, text => Assert.Equal(Values(text.Value), Values(fr[text.Key])));
    }

    [Fact]
    public void Every_text_that_a_script_asks_for_by_its_whole_name_is_there_and_none_is_left_over()
    {
        var scripts = string.Join('\n', Directory.EnumerateFiles(Folder, "*.js").Select(File.ReadAllText));
        var known = Read("en");
        Assert.All(AskedFor().Matches(scripts), asked => Assert.Contains(asked.Groups[1].Value, known.Keys));
        Assert.All(known.Keys, key => Assert.True(Names(key).Any(name => scripts.Contains(name, StringComparison.Ordinal)), key));
    }

    // What is typed into a prompt is a button here, so the question ends before "Type 'ok'".
    [Theory]
    [InlineData("supplier.approveOrder.ask", Text.AskOrder)]
    [InlineData("supplier.approveQuote.ask", Text.AskQuoteSupplier)]
    [InlineData("supplier.reportRealization.ask", Text.AskRealized)]
    [InlineData("client.approveQuote.ask", Text.AskQuoteClient)]
    [InlineData("client.approveRealization.ask", Text.AskRealizationClient)]
    public void A_question_is_the_one_of_the_prompt(string key, Text prompt)
    {
        foreach (var language in new[] { Language.En, Language.Fr })
        {
            var asked = Read(language.Tag())[key].TrimEnd('.');
            Assert.StartsWith(asked, new Texts(language)[prompt], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("client.approveQuote", Role.Client, "quote approve")]
    [InlineData("client.rejectQuote", Role.Client, "quote reject")]
    [InlineData("client.cancelOrder", Role.Client, "order cancel")]
    [InlineData("supplier.approveQuote", Role.Supplier, "quote approve")]
    [InlineData("supplier.rejectQuote", Role.Supplier, "quote reject")]
    [InlineData("supplier.rejectOrder", Role.Supplier, "order reject")]
    public void What_a_command_ends_is_said_as_the_tools_say_it(string key, Role role, string line)
    {
        foreach (var language in new[] { Language.En, Language.Fr })
        {
            // The tools go on with what to type instead, which is another button here.
            Assert.StartsWith(Read(language.Tag())[key + ".ends"], new Texts(language).Ends(role, line)!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_words_of_the_contract_are_those_of_the_tools()
    {
        var french = new Texts(Language.Fr);
        foreach (var (key, text) in Read("fr").Where(text => text.Key.StartsWith("state.", StringComparison.Ordinal)))
        {
            Assert.Equal(french.Name("STATE_" + key["state.".Length..]), text);
        }

        foreach (var language in new[] { Language.En, Language.Fr })
        {
            var tools = new Texts(language);
            foreach (var (key, text) in Read(language.Tag()).Where(text => text.Key.StartsWith("did.", StringComparison.Ordinal) && text.Key != "did.of"))
            {
                Assert.Equal(tools.Name("DID_" + char.ToUpper(key["did.".Length], CultureInfo.InvariantCulture) + key["did.x".Length..]), text);
            }
        }
    }

    private static SortedDictionary<string, string> Read(string language) => new(
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder, language + ".json")))!, StringComparer.Ordinal);

    // How a script may ask for a text: by its name, by the kind of word that it is, or by a role and the verb of a command.
    private static IEnumerable<string> Names(string key) => key.Split('.') is ["client" or "supplier", var verb, ..]
        ? [$"verb: '{verb}'"]
        : [$"'{key}'", $"'{key.Split('.')[0]}.'", $"`{key.Split('.')[0]}.", $"`{string.Join('.', key.Split('.').SkipLast(1))}.$", $"word('{key.Split('.')[0]}'"];

    private static IEnumerable<string> Values(string text) => ValueIn().Matches(text).Select(m => m.Value).Distinct().Order();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex ValueIn();

    [GeneratedRegex(@"\bt\('([\w.?/]+)'[,)]")]
    private static partial Regex AskedFor();
}
