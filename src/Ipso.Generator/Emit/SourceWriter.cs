using System;
using System.Runtime.CompilerServices;

namespace Ipso.Generator.Emit;

/// <summary>Writes lines with indentation and <c>\n</c>, whatever machine it runs on.</summary>
internal sealed class SourceWriter
{
    // A compiler's thread writes source after source: what one has filled does for the next.
    [ThreadStatic]
    private static char[]? s_spare;

    private char[] _text;
    private int _length;
    private int _depth;
    private bool _isLineStart = true;

    public SourceWriter()
    {
        _text = s_spare ?? new char[32 * 1024];
        s_spare = null;
    }

    /// <summary>Writes an empty line.</summary>
    public void Line() => EndLine();

    /// <summary>Writes a line.</summary>
    public void Line(string text)
    {
        Append(text);
        EndLine();
    }

    /// <summary>Ends a line whose parts were written as they came; no string is made of them.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] Parts text) => EndLine();

    /// <summary>Begins a line, or goes on with it.</summary>
    /// <returns>This writer.</returns>
    public SourceWriter Write(string text)
    {
        Append(text);
        return this;
    }

    /// <inheritdoc cref="Write(string)"/>
    public SourceWriter Write([InterpolatedStringHandlerArgument("")] Parts text) => this;

    /// <summary>Writes lines, each at the current indentation.</summary>
    public void Lines(string text)
    {
        AppendLines(text);
        EndLine();
    }

    /// <summary>Ends lines whose parts were written as they came, each at the current indentation.</summary>
    public void Lines([InterpolatedStringHandlerArgument("")] LineParts text) => EndLine();

    /// <summary>Opens a block behind a header; disposing of it closes the block.</summary>
    public Closing Block(string header, string end = "}")
    {
        Line(header);
        Line("{");
        return Indent(end);
    }

    /// <summary>Indents; disposing of it ends that, and writes the closing line if there is one.</summary>
    public Closing Indent(string end = "")
    {
        _depth++;
        return new Closing(this, end);
    }

    /// <summary>What was written. The writer begins anew.</summary>
    public string Take()
    {
        string text = new(_text, 0, _length);
        s_spare = _text;
        _text = [];
        _length = 0;
        return text;
    }

    private void AppendLines(string text)
    {
        int start = 0;
        for (int end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', start))
        {
            Append(text, start, (end > start && text[end - 1] == '\r' ? end - 1 : end) - start);
            EndLine();
            start = end + 1;
        }

        Append(text, start, text.Length - start);
    }

    private void Append(string text) => Append(text, 0, text.Length);

    private void Append(string text, int start, int length)
    {
        if (length == 0)
        {
            return;
        }

        BeginLine();
        Reserve(length);
        text.CopyTo(start, _text, _length, length);
        _length += length;
    }

    private void Append(ushort number)
    {
        const int MaxDigits = 5;
        BeginLine();
        Reserve(MaxDigits);
        int divisor = 1;
        while (number / divisor >= 10)
        {
            divisor *= 10;
        }

        for (; divisor > 0; divisor /= 10)
        {
            _text[_length++] = (char)('0' + (number / divisor % 10));
        }
    }

    // A number whose bytes matter: 0x1644_0030_3037_3564.
    private void Append(ulong bytes)
    {
        Append("0x");
        Reserve(19);
        for (int shift = 60; shift >= 0; shift -= 4)
        {
            _text[_length++] = "0123456789ABCDEF"[(int)(bytes >> shift) & 0xF];
            if (shift is 48 or 32 or 16)
            {
                _text[_length++] = '_';
            }
        }
    }

    // Only now that there is something to write: an empty line has no indentation.
    private void BeginLine()
    {
        if (_isLineStart)
        {
            _isLineStart = false;
            int indentation = 4 * _depth;
            Reserve(indentation);
            _text.AsSpan(_length, indentation).Fill(' ');
            _length += indentation;
        }
    }

    private void EndLine()
    {
        Reserve(1);
        _text[_length++] = '\n';
        _isLineStart = true;
    }

    private void Reserve(int count)
    {
        if (_text.Length - _length < count)
        {
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + count));
        }
    }

    internal readonly struct Closing(SourceWriter writer, string end) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            if (end.Length > 0)
            {
                writer.Line(end);
            }
        }
    }

    /// <summary>What the compiler makes of an interpolated string that is part of a line.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Parts
    {
        private readonly SourceWriter _writer;

        public Parts(int literalLength, int formattedCount, SourceWriter writer) => _writer = writer;

        public void AppendLiteral(string text) => _writer.Append(text);

        public void AppendFormatted(string? text) => _writer.Append(text ?? "");

        public void AppendFormatted(ushort number) => _writer.Append(number);

        public void AppendFormatted(ulong bytes) => _writer.Append(bytes);
    }

    /// <summary>
    /// What the compiler makes of an interpolated string of several lines. The ends of lines are the literals': what is put in has none.
    /// </summary>
    [InterpolatedStringHandler]
    internal readonly struct LineParts
    {
        private readonly SourceWriter _writer;

        public LineParts(int literalLength, int formattedCount, SourceWriter writer) => _writer = writer;

        public void AppendLiteral(string text) => _writer.AppendLines(text);

        public void AppendFormatted(string? text) => _writer.Append(text ?? "");

        public void AppendFormatted(ushort number) => _writer.Append(number);
    }
}
