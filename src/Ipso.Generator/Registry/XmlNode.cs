using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Xml;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>An element or an attribute with the places of its name and its text.</summary>
internal sealed class XmlNode(string name, TextSpan nameSpan)
{
    // Few nodes have children or attributes, and most have text at one place only, before the first child.
    private List<XmlNode>? _children;
    private List<XmlNode>? _attributes;
    private Pieces _textBeforeChildren;
    private Pieces _textBehind;
    private string? _text;
    private TextSpan? _textSpan;

    public string Name { get; } = name;

    public TextSpan NameSpan { get; } = nameSpan;

    public List<XmlNode> Children => _children ??= [];

    /// <summary>The text of the element and of all in it (descriptions hold markup), blanks collapsed: files break lines at will.</summary>
    public string Text => _text ??= Blanks.Collapse(RawText());

    /// <summary>The place of the text if there is one, else of the name.</summary>
    public TextSpan ValueSpan => _textSpan ?? NameSpan;

    public XmlNode? Attribute(string name) => _attributes?.Find(node => node.Name == name);

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
                    open.Peek().Children.Add(child);
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(child);
                    }

                    break;

                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
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
        if (!reader.HasAttributes)
        {
            return node;
        }

        while (reader.MoveToNextAttribute())
        {
            var attribute = new XmlNode(reader.LocalName, Here(reader, lines, reader.Name.Length));
            while (reader.ReadAttributeValue())
            {
                attribute.Append(reader, text, lines);
            }

            (node._attributes ??= []).Add(attribute);
        }

        reader.MoveToElement();
        return node;
    }

    private string RawText()
    {
        if (_children is null)
        {
            return _textBeforeChildren.ToString();
        }

        // Not by recursion: elements may be nested deeper than a compiler's stack reaches.
        var text = new StringBuilder();
        var open = new Stack<(XmlNode Node, bool IsRead)>();
        open.Push((this, false));
        while (open.Count > 0)
        {
            var (node, isRead) = open.Pop();
            string part = isRead ? node._textBehind.ToString() : node._textBeforeChildren.ToString();
            // The reader passes over blanks between elements; two words must not become one for that.
            text.Append(isRead && part.Length == 0 ? " " : part);
            for (int i = isRead ? -1 : (node._children?.Count ?? 0) - 1; i >= 0; i--)
            {
                open.Push((node._children![i], true));
                open.Push((node._children[i], false));
            }
        }

        return text.ToString();
    }

    private void Append(string part)
    {
        if (_children is null)
        {
            _textBeforeChildren.Add(part);
        }
        else
        {
            _children[_children.Count - 1]._textBehind.Add(part);
        }
    }

    private void Append(XmlReader reader, string text, LineMap lines)
    {
        string part = reader.Value;
        Append(part);
        int length = Blanks.TrimmedLength(part, out int first);
        if (_textSpan is not null || length == 0)
        {
            return;
        }

        int start = Here(reader, lines, 0).Start;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        // With character references in it the text is not what stands in the file; then only its beginning is known.
        bool isLiteral = string.CompareOrdinal(text, start, part, first, length) == 0;
        _textSpan = new TextSpan(start, isLiteral ? length : 0);
    }

    private static TextSpan Here(XmlReader reader, LineMap lines, int length)
    {
        var position = (IXmlLineInfo)reader;
        return new TextSpan(lines.Offset(position.LineNumber, position.LinePosition), length);
    }

    /// <summary>A text that comes in pieces, as comments and CDATA cut it: one as a rule, and any number in a file of ill will.</summary>
    private struct Pieces
    {
        private string? _first;
        private StringBuilder? _all;

        public void Add(string piece)
        {
            if (_first is null)
            {
                _first = piece;
            }
            else
            {
                (_all ??= new StringBuilder(_first)).Append(piece);
            }
        }

        public override readonly string ToString() => _all?.ToString() ?? _first ?? "";
    }
}
