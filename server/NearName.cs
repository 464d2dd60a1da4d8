namespace OrderGrpc.Server;

/// <summary>What was probably meant by a name that is none.</summary>
public static class NearName
{
    private const int MostTypos = 2;

    /// <summary>The nearest of the names, or null where none is near.</summary>
    public static string? Of(string name, IEnumerable<string> names) =>
        names.Select(known => (Name: known, Typos: Typos(name.ToUpperInvariant(), known.ToUpperInvariant())))
            .Where(known => known.Typos <= MostTypos)
            .OrderBy(known => known.Typos)
            .Select(known => known.Name)
            .FirstOrDefault();

    // How many letters must be put in, left out or changed (Levenshtein).
    private static int Typos(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var (i, letter) in left.Index())
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 1; j <= right.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (letter == right[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[^1];
    }
}
