using System.Text;

namespace Ipso.Generator.Registry;

internal static class Blanks
{
    /// <summary>Trims, and makes every run of blanks, tabs and line ends of any kind (U+2028 too) one space.</summary>
    public static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                result.Append(c);
            }
            else if (result.Length > 0 && result[result.Length - 1] != ' ')
            {
                result.Append(' ');
            }
        }

        return result.ToString().TrimEnd();
    }
}
