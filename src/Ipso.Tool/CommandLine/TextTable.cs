using System.Text;

namespace Ipso.Tool.CommandLine;

/// <summary>
/// A table of plain text. Names and numbers stay on one line; columns of prose share what is left of the width and are broken between words.
/// </summary>
/// <param name="columns">The headings; one that begins with <c>~</c> is of prose.</param>
internal sealed class TextTable(params string[] columns)
{
    private const string Gap = "  ";
    private const int LeastProse = 16;

    private readonly List<string[]> _rows = [];
    private readonly string[] _headings = Array.ConvertAll(columns, static column => column.TrimStart('~'));
    private readonly bool[] _isProse = Array.ConvertAll(columns, static column => column[0] == '~');

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, static cell => OneLine(cell)));

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="width">The width that it should not exceed.</param>
    public void Write(TextWriter output, int width)
    {
        int[] widths = Widths(width);
        WriteLine(output, widths, _headings);
        WriteLine(output, widths, Array.ConvertAll(widths, static one => new string('─', one)));
        foreach (string[] row in _rows)
        {
            string[][] broken = new string[row.Length][];
            int lines = 1;
            for (int i = 0; i < row.Length; i++)
            {
                broken[i] = _isProse[i] ? Break(row[i], widths[i]) : [row[i]];
                lines = Math.Max(lines, broken[i].Length);
            }

            for (int line = 0; line < lines; line++)
            {
                WriteLine(output, widths, Array.ConvertAll(broken, cell => line < cell.Length ? cell[line] : ""));
            }
        }
    }

    private static string OneLine(string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                // A control character of a definition must not reach the terminal.
                return string.Concat(text.Select(static one => char.IsControl(one) ? ' ' : one));
            }
        }

        return text;
    }

    private static void WriteLine(TextWriter output, int[] widths, string[] cells)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : Gap).Append(cells[i]).Append(' ', Math.Max(0, widths[i] - cells[i].Length));
        }

        output.WriteLine(line.ToString().TrimEnd());
    }

    private static string[] Break(string text, int width)
    {
        List<string> lines = [];
        int start = 0;
        while (text.Length - start > width)
        {
            int end = text.LastIndexOf(' ', start + width, width);
            bool isBetweenWords = end > start;
            end = isBetweenWords ? end : start + width;
            lines.Add(text[start..end]);
            start = isBetweenWords ? end + 1 : end;
        }

        lines.Add(text[start..]);
        return [.. lines];
    }

    private int[] Widths(int width)
    {
        int[] widths = new int[_headings.Length];
        int taken = Gap.Length * (widths.Length - 1);
        int prose = 0;
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = _headings[i].Length;
            foreach (string[] row in _rows)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }

            taken += _isProse[i] ? 0 : widths[i];
            prose += _isProse[i] ? 1 : 0;
        }

        // The narrow ones first, so that what they do not need is the others'.
        int left = width - taken;
        foreach (int i in Enumerable.Range(0, widths.Length).Where(i => _isProse[i]).OrderBy(i => widths[i]).ToArray())
        {
            widths[i] = Math.Min(widths[i], Math.Max(LeastProse, left / prose));
            left -= widths[i];
            prose--;
        }

        return widths;
    }
}
