namespace OrderGrpc.CliShell;

/// <summary>How times are written in text.</summary>
public enum TimesChoice
{
    /// <summary>As people read them on a terminal, as scripts read them elsewhere.</summary>
    Auto,

    /// <summary>As people read them: how long ago where that is less than a day, else the local date and time.</summary>
    Local,

    /// <summary>RFC 3339 in UTC.</summary>
    Utc,
}

/// <summary>Whether text is coloured and set in bold.</summary>
public enum ColorChoice
{
    /// <summary>On a terminal that can do it, unless NO_COLOR is set.</summary>
    Auto,

    /// <summary>Also where the output is not a terminal.</summary>
    Always,

    /// <summary>No.</summary>
    Never,
}

/// <summary>What the reader of text has chosen of how it looks.</summary>
/// <param name="Times">How times are written.</param>
/// <param name="Color">Whether there is colour.</param>
/// <param name="Wide">Whether tables show all there is, however wide the terminal.</param>
public sealed record Appearance(TimesChoice Times = TimesChoice.Auto, ColorChoice Color = ColorChoice.Auto, bool Wide = false)
{
    /// <summary>The names of the choices of times, for messages.</summary>
    public const string TimesNames = "auto, local, utc";

    /// <summary>The names of the choices of colour, for messages.</summary>
    public const string ColorNames = "auto, always, never";

    /// <summary>Reads a choice of times; null is the default.</summary>
    public static bool TryParse(string? text, out TimesChoice times)
    {
        (var known, times) = text?.ToLowerInvariant() switch
        {
            null or "auto" => (true, TimesChoice.Auto),
            "local" => (true, TimesChoice.Local),
            "utc" => (true, TimesChoice.Utc),
            _ => (false, TimesChoice.Auto),
        };
        return known;
    }

    /// <summary>Reads a choice of colour; null is the default.</summary>
    public static bool TryParse(string? text, out ColorChoice color)
    {
        (var known, color) = text?.ToLowerInvariant() switch
        {
            null or "auto" => (true, ColorChoice.Auto),
            "always" => (true, ColorChoice.Always),
            "never" => (true, ColorChoice.Never),
            _ => (false, ColorChoice.Auto),
        };
        return known;
    }
}
