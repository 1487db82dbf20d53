using System;
using System.Runtime.CompilerServices;
using Ipso.Generator.Naming;

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

    /// <summary>Writes lines, each at the current indentation.</summary>
    public void Lines(string text)
    {
        Append(text);
        EndLine();
    }

    /// <summary>Ends lines whose parts were written as they came, each at the current indentation; no string is made of them.</summary>
    public void Lines([InterpolatedStringHandlerArgument("")] Interpolation text) => EndLine();

    /// <summary>Opens a block behind a header; disposing of it closes the block.</summary>
    public Closing Block(string header, string end = "}")
    {
        Lines(header);
        Lines("{");
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

    private void Append(string text)
    {
        int start = 0;
        for (int end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', start))
        {
            AppendToLine(text, start, end > start && text[end - 1] == '\r' ? end - 1 : end);
            EndLine();
            start = end + 1;
        }

        AppendToLine(text, start, text.Length);
    }

    private void AppendToLine(string text, int start, int end)
    {
        if (start == end)
        {
            return;
        }

        // Only now that there is something to write: an empty line has no indentation.
        if (_isLineStart)
        {
            _isLineStart = false;
            for (int i = 0; i < 4 * _depth; i++)
            {
                Append(' ');
            }
        }

        Reserve(end - start);
        text.CopyTo(start, _text, _length, end - start);
        _length += end - start;
    }

    private void EndLine()
    {
        Append('\n');
        _isLineStart = true;
    }

    private void Append(char c)
    {
        Reserve(1);
        _text[_length++] = c;
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
                writer.Lines(end);
            }
        }
    }

    /// <summary>What the compiler makes of an interpolated string that is given to <see cref="Lines(Interpolation)"/>.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Interpolation
    {
        private readonly SourceWriter _writer;

        public Interpolation(int literalLength, int formattedCount, SourceWriter writer) => _writer = writer;

        public void AppendLiteral(string text) => _writer.Append(text);

        // What is put in is part of a line; the lines are the literals'.
        public void AppendFormatted(string? text) => _writer.AppendToLine(text ?? "", 0, text?.Length ?? 0);

        public void AppendFormatted(ushort id) => _writer.Append(Identifier.Number(id));

        public void AppendFormatted(object value) => _writer.Append(value.ToString());
    }
}
