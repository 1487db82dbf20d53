using System.Globalization;
using System.Text;

namespace Ipso.Generator.Emit;

/// <summary>Text of the registry as C# source.</summary>
internal static class CSharpText
{
    /// <summary>A string literal with its quotes.</summary>
    public static string Literal(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                result.Append('\\').Append(c);
            }
            else if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                result.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                result.Append(c);
            }
        }

        return result.Append('"').ToString();
    }

    /// <summary>Text for a documentation comment: no markup of its own. It is one line, as all text is that was read of the registry.</summary>
    public static string Doc(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>A plain decimal number as a double: what is longer than an int is written as a double from the start.</summary>
    public static string Double(string digits) => digits.IndexOf('.') < 0 && digits.Length > 9 ? digits + ".0" : digits;
}
