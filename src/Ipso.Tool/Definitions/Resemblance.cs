namespace Ipso.Tool.Definitions;

/// <summary>What somebody will have meant who wrote something that there is not.</summary>
internal static class Resemblance
{
    // Of more than a few nobody finds his own.
    private const int Few = 3;

    /// <summary>The one that resembles most, if it does at all.</summary>
    public static string? Closest(string wrong, IEnumerable<string> known) => Closest(wrong, known, static one => one).FirstOrDefault();

    /// <summary>The few that resemble most, the closest first.</summary>
    /// <param name="wrong">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <param name="nameOf">The name that it has.</param>
    public static T[] Closest<T>(string wrong, IEnumerable<T> known, Func<T, string> nameOf)
    {
        string plain = Plain(wrong);
        return
        [
            .. known.Select(one => (One: one, Distance: Distance(plain, Plain(nameOf(one)))))
                .Where(pair => pair.Distance <= Tolerance(plain))
                .OrderBy(static pair => pair.Distance)
                .Take(Few)
                .Select(static pair => pair.One),
        ];
    }

    /// <summary>A name without what is written in several ways: letter case, blanks and signs.</summary>
    public static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));

    // Of a short word a letter may be wrong, of a long one a third; a whole word within a name is no slip but half of what was meant.
    private static int Tolerance(string plain) => Math.Max(1, plain.Length / 3);

    // Damerau and Levenshtein: letters that are missing, too many, wrong, or in the place of their neighbours.
    private static int Distance(string one, string other)
    {
        if (one.Length >= 4 && other.Contains(one, StringComparison.Ordinal))
        {
            return 1;
        }

        int[,] cost = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int exchange = cost[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(exchange, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[one.Length, other.Length];
    }
}
