using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrderGrpc.Contract;
using OrderGrpc.Tests.Documentation;

namespace OrderGrpc.Tests.Strangers;

/// <summary>A text that somebody may send, or bytes that are none, and what becomes of it.</summary>
/// <param name="Line">Whether a text of one line may hold it: kept or refused.</param>
/// <param name="Note">The same of a note.</param>
/// <param name="Party">The same of a party's name.</param>
public sealed record HostileText(int Id, string Kind, string? Text, string? Bytes, string Line, string Note, string Party)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The cases of hostile-text.json.</summary>
    public static IReadOnlyList<HostileText> All { get; } = JsonSerializer.Deserialize<HostileText[]>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "OrderGrpc.Tests", "Strangers", "hostile-text.json")), Options)!;

    /// <summary>Those that a text of one line may hold, and a person's name at that.</summary>
    public static IReadOnlyList<HostileText> Kept { get; } =
        [.. All.Where(hostile => hostile.IsKeptIn(ContractLimits.CustomerNameLength, required: true))];

    /// <summary>Whether a field of one line takes it.</summary>
    public bool IsKeptIn(int most, bool required) => Line == "kept" && Fits(most, required);

    /// <summary>Whether a note takes it.</summary>
    public bool IsKeptInNote(int most) => Note == "kept" && Fits(most, required: false);

    /// <summary>Fails where a text holds, as it is, what drives a terminal, turns its direction or cannot be seen.</summary>
    public static void AssertHarmless(string shown, string where)
    {
        foreach (var rune in shown.EnumerateRunes())
        {
            // Joiners stay where they join; VisibleTextTests has where that is.
            var harmful = rune.Value is not ('\n' or 0x200c or 0x200d) && (Rune.GetUnicodeCategory(rune) is
                    UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                || rune.Value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0 or (>= 0x180b and <= 0x180f) or 0xfe00 or (>= 0xe0100 and <= 0xe01ef));
            Assert.False(harmful, $"{where} has U+{rune.Value:X4} as it is");
        }
    }

    private bool Fits(int most, bool required) => Text is not null && Text.EnumerateRunes().Count() <= most && !(required && string.IsNullOrWhiteSpace(Text));
}
