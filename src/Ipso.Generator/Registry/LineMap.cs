using System;
using System.Collections.Generic;

namespace Ipso.Generator.Registry;

/// <summary>
/// Where the lines of an XML text begin. XML ends a line at CR, LF or CRLF only; <c>SourceText.Lines</c> ends one at U+0085,
/// U+2028 and U+2029 too, so its lines are not those that an XmlReader counts.
/// </summary>
internal sealed class LineMap
{
    private readonly List<int> _starts = [];
    private readonly int _length;

    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the reader began: behind a byte order mark.</param>
    public LineMap(string text, int start)
    {
        _length = text.Length;
        _starts.Add(start);
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                _starts.Add(i + 1);
            }
        }
    }

    /// <summary>The offset of a line and column as an XmlReader counts them, from 1. It reports 0 where it knows neither.</summary>
    public int Offset(int line, int column)
    {
        int start = _starts[Math.Min(Math.Max(line, 1), _starts.Count) - 1];
        return Math.Min(start + Math.Max(column, 1) - 1, _length);
    }
}
