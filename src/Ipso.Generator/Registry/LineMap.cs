using System;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>
/// Where the lines of a text begin. It goes through the text no further than it is asked for, and from the beginning once it is asked
/// for what lies behind it: a reader asks in the order of the text.
/// </summary>
/// <param name="text">The whole text.</param>
/// <param name="start">Where the first line begins: behind a byte order mark.</param>
/// <param name="ends">What ends a line; CR with LF is one end.</param>
internal sealed class LineMap(string text, int start, char[] ends)
{
    private static readonly char[] s_xmlEnds = ['\r', '\n'];
    private static readonly char[] s_sourceEnds = ['\r', '\n', '\u0085', '\u2028', '\u2029'];

    private readonly int _start = start;
    private int _line;
    private int _lineStart = start;

    /// <summary>The lines that an XmlReader counts, which end at CR, LF or CRLF only.</summary>
    public static LineMap OfXml(string text, int start) => new(text, start, s_xmlEnds);

    /// <summary>The lines that <c>SourceText.Lines</c> counts, without its look at every character of the file.</summary>
    public static LineMap OfSource(string text) => new(text, 0, s_sourceEnds);

    /// <summary>The offset of a line and column as an XmlReader counts them, from 1. It reports 0 where it knows neither.</summary>
    public int Offset(int line, int column)
    {
        if (line - 1 < _line)
        {
            Restart();
        }

        while (_line < line - 1 && NextLine() is { } next)
        {
            Advance(next);
        }

        return Math.Min(_lineStart + Math.Max(column, 1) - 1, text.Length);
    }

    /// <summary>The line and column of an offset, from 0.</summary>
    public LinePosition Position(int offset)
    {
        if (offset < _lineStart)
        {
            Restart();
        }

        while (NextLine() is { } next && next <= offset)
        {
            Advance(next);
        }

        return new LinePosition(_line, offset - _lineStart);
    }

    /// <inheritdoc cref="Position"/>
    public LinePositionSpan Positions(TextSpan span) => new(Position(span.Start), Position(span.End));

    private void Restart() => (_line, _lineStart) = (0, _start);

    private void Advance(int next) => (_line, _lineStart) = (_line + 1, next);

    private int? NextLine()
    {
        int end = text.IndexOfAny(ends, _lineStart);
        return end < 0 ? null
            : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2
            : end + 1;
    }
}
