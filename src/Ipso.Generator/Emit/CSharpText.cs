using System.Globalization;
using System.Text;

namespace Ipso.Generator.Emit;

/// <summary>Text of the registry as C# source.</summary>
internal static class CSharpText
{
    private static readonly char[] s_markup = ['&', '<', '>'];

    /// <summary>Writes a string literal with its quotes.</summary>
    public static SourceWriter WriteLiteral(this SourceWriter w, string text) =>
        IsPlain(text) ? w.Write($"\"{text}\"") : w.Write(Literal(text));

    /// <summary>A string literal with its quotes.</summary>
    public static string Literal(string text)
    {

        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (IsPlain(c))
            {
                result.Append(c);
            }
            else if (c is '"' or '\\')
            {
                result.Append('\\').Append(c);
            }
            else
            {
                result.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
        }

        return result.Append('"').ToString();
    }

    /// <summary>Text for a documentation comment, with no markup of its own. It is one line, as all text of a definition is.</summary>
    public static string Doc(string text) => text.IndexOfAny(s_markup) < 0
        ? text
        : text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>A plain decimal number as a double: what is longer than an int is written as a double from the start.</summary>
    public static string Double(string digits) => digits.IndexOf('.') < 0 && digits.Length > 9 ? digits + ".0" : digits;

    private static bool IsPlain(string text)
    {
        foreach (char c in text)
        {
            if (!IsPlain(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlain(char c) => c is not ('"' or '\\' or '\u2028' or '\u2029') && !char.IsControl(c);
}
