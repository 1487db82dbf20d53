using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Xml;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>An element with the places of its name and its text.</summary>
internal sealed class XmlNode(string name, TextSpan nameSpan)
{
    private readonly List<(string Text, XmlNode? Child)> _content = [];
    private TextSpan? _textSpan;

    public string Name { get; } = name;

    public TextSpan NameSpan { get; } = nameSpan;

    public IEnumerable<XmlNode> Children => _content.Where(static part => part.Child is not null).Select(static part => part.Child!);

    public List<XmlNode> Attributes { get; } = [];

    /// <summary>The text of the element and of all in it (descriptions hold markup), blanks collapsed: files break lines at will.</summary>
    public string Text
    {
        get
        {
            // Not by recursion: elements may be nested deeper than a compiler's stack reaches.
            var text = new StringBuilder();
            var open = new Stack<(XmlNode Node, int Next)>();
            open.Push((this, 0));
            while (open.Count > 0)
            {
                var (node, next) = open.Pop();
                if (next == node._content.Count)
                {
                    continue;
                }

                open.Push((node, next + 1));
                text.Append(node._content[next].Text);
                if (node._content[next].Child is { } child)
                {
                    open.Push((child, 0));
                }
            }

            return Blanks.Collapse(text.ToString());
        }
    }

    /// <summary>The place of the text if there is one, else of the name.</summary>
    public TextSpan ValueSpan => _textSpan ?? NameSpan;

    public XmlNode? Attribute(string name) => Attributes.Find(node => node.Name == name);

    /// <summary>Reads the element that the reader stands on, with all it holds.</summary>
    public static XmlNode Read(XmlReader reader, string text, LineMap lines, CancellationToken cancel)
    {
        var root = Open(reader, text, lines);
        if (reader.IsEmptyElement)
        {
            return root;
        }

        var open = new Stack<XmlNode>();
        open.Push(root);
        while (open.Count > 0 && reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    XmlNode child = Open(reader, text, lines);
                    open.Peek()._content.Add(("", child));
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(child);
                    }

                    break;

                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    open.Peek().Append(reader, text, lines);
                    break;

                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
            }
        }

        return root;
    }

    private static XmlNode Open(XmlReader reader, string text, LineMap lines)
    {
        var node = new XmlNode(reader.LocalName, Here(reader, lines, reader.Name.Length));
        while (reader.MoveToNextAttribute())
        {
            var attribute = new XmlNode(reader.LocalName, Here(reader, lines, reader.Name.Length));
            while (reader.ReadAttributeValue())
            {
                attribute.Append(reader, text, lines);
            }

            node.Attributes.Add(attribute);
        }

        reader.MoveToElement();
        return node;
    }

    private void Append(XmlReader reader, string text, LineMap lines)
    {
        _content.Add((reader.Value, null));

        // With character references in it the text is not what stands in the file; then only its beginning is known.
        string value = reader.Value.Trim();
        if (_textSpan is not null || value.Length == 0)
        {
            return;
        }

        int start = Here(reader, lines, 0).Start;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        bool isLiteral = string.CompareOrdinal(text, start, value, 0, value.Length) == 0;
        _textSpan = new TextSpan(start, isLiteral ? value.Length : 0);
    }

    private static TextSpan Here(XmlReader reader, LineMap lines, int length)
    {
        var position = (IXmlLineInfo)reader;
        return new TextSpan(lines.Offset(position.LineNumber, position.LinePosition), length);
    }
}
