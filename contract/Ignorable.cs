namespace OrderGrpc.Contract;

/// <summary>Characters that are drawn as nothing, though Unicode does not count them all as format characters.</summary>
internal static class Ignorable
{
    // Unicode's property Default_Ignorable_Code_Point, with what is not assigned yet, and two more:
    // the annotation characters and the Braille pattern without dots.
    private static readonly (int First, int Last)[] Ranges =
    [
        (0x00ad, 0x00ad), (0x034f, 0x034f), (0x061c, 0x061c), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f),
        (0x200b, 0x200f), (0x202a, 0x202e), (0x2060, 0x206f), (0x2800, 0x2800), (0x3164, 0x3164), (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff), (0xffa0, 0xffa0), (0xfff0, 0xfffb), (0x1bca0, 0x1bca3), (0x1d173, 0x1d17a), (0xe0000, 0xe0fff),
    ];

    public static bool Contains(int character)
    {
        if (character < Ranges[0].First)
        {
            return false;
        }

        foreach (var (first, last) in Ranges)
        {
            if (character <= last)
            {
                return character >= first;
            }
        }

        return false;
    }
}
