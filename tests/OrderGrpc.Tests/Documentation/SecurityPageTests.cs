using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.Server;

namespace OrderGrpc.Tests.Documentation;

/// <summary>The limits on the page SECURITY.md are made from the code. Run the tests with UPDATE_README=1 to write them anew.</summary>
public sealed class SecurityPageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "SECURITY.md");

    [Theory]
    [InlineData("limits of settings")]
    [InlineData("limits")]
    public void The_limits_are_what_the_code_says(string part)
    {
        var expected = part == "limits" ? Constants() : Settings();
        var text = File.ReadAllText(Page);
        var (start, end) = ($"<!-- {part} -->\n", $"<!-- end of {part} -->");
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= start.Length && to >= from, $"SECURITY.md has no part '{part}'");
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(Page, text[..from] + expected + text[to..]);
            return;
        }

        Assert.Equal(expected, text[from..to]);
    }

    private static string Settings()
    {
        var text = new StringBuilder("| Setting | Default | What it is |\n|---|---|---|\n");
        foreach (var setting in ServerOptions.Settings.Where(setting => setting.PropertyType == typeof(int)))
        {
            var description = setting.GetCustomAttribute<DescriptionAttribute>()!.Description.Split('|')[1];
            text.Append(CultureInfo.InvariantCulture, $"| `{ServerOptions.FlagOf(setting)}` | {setting.GetValue(new ServerOptions())} | {description} |\n");
        }

        return text.ToString();
    }

    private static string Constants()
    {
        var text = new StringBuilder("| Of | Limit | Value |\n|---|---|---|\n");
        foreach (var (part, name, limit) in Parts().SelectMany(Limits))
        {
            var value = limit is TimeSpan time
                ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:#,0.##} s")
                : Convert.ToString(limit, CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"| {part} | {Words(name)} | {value} |\n");
        }

        return text.ToString();
    }

    // Each part keeps its limits in a class of that name; those of the contract come first.
    private static IEnumerable<Type> Parts() =>
        from assembly in new[] { typeof(ContractLimits).Assembly, typeof(ServerOptions).Assembly }
        from type in assembly.GetTypes()
        where type.Name.EndsWith("Limits", StringComparison.Ordinal) && type != typeof(ServerLimits)
        orderby assembly == typeof(ContractLimits).Assembly ? 0 : 1, type.FullName
        select type;

    // Those that nothing changes, and those that a test may.
    private static IEnumerable<(string Of, string Name, object? Value)> Limits(Type part) =>
        part.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(limit => limit.MetadataToken).Select(limit => (Of(part), limit.Name, limit.GetValue(null)))
            .Concat(part.IsAbstract ? [] : part.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(limit => limit.MetadataToken)
                .Select(limit => (Of(part), limit.Name, limit.GetValue(Activator.CreateInstance(part)))));

    // The part that has it: several have a limit of the same name.
    private static string Of(Type part) => Words(part.Name[..^"Limits".Length]);

    private static string Words(string name) => string.Concat(
        name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));
}
