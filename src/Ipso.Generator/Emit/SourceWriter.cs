using System;
using System.Text;

namespace Ipso.Generator.Emit;

/// <summary>Writes lines with indentation and <c>\n</c>, whatever machine it runs on.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes an empty line.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Writes lines, each at the current indentation.</summary>
    public void Lines(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.TrimEnd('\r');
            if (trimmed.Length > 0)
            {
                _text.Append(' ', 4 * _depth).Append(trimmed);
            }

            _text.Append('\n');
        }
    }

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

    public override string ToString() => _text.ToString();

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
}
