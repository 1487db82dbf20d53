using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>An element or an attribute of a file.</summary>
/// <param name="Tree">What the file holds.</param>
/// <param name="Index">Its place there.</param>
internal readonly record struct XmlNode(XmlTree Tree, int Index)
{
    /// <summary>Its name without a prefix.</summary>
    public string Name => Entry.Text ?? SharedStrings.Of(Tree.Source.AsSpan(Entry.Start, Entry.Length));

    public TextSpan NameSpan => new(Entry.Start, Entry.Length);

    /// <summary>The text of the element and of all in it (descriptions hold markup), blanks collapsed: files break lines at will.</summary>
    public string Text
    {
        get
        {
            int first = Index + 1;
            while (first < Entry.End && Tree[first].Kind == XmlTree.Kind.Attribute)
            {
                first = Tree[first].End;
            }

            return first == Entry.End ? ""
                : first + 1 == Entry.End && Tree[first].Kind == XmlTree.Kind.Text ? TextOf(Tree[first])
                : Blanks.Collapse(MixedText(first));
        }
    }

    /// <summary>The place of the text if there is one, else of the name.</summary>
    public TextSpan ValueSpan
    {
        get
        {
            for (int i = Index + 1; i < Entry.End; i = Tree[i].End)
            {
                if (Tree[i].Kind == XmlTree.Kind.Text && SpanOf(Tree[i]) is { } span)
                {
                    return span;
                }
            }

            return NameSpan;
        }
    }

    /// <summary>The elements directly within it.</summary>
    public Elements Children => new(this);

    private ref readonly XmlTree.Entry Entry => ref Tree[Index];

    /// <summary>Whether it bears a name.</summary>
    public bool Is(string name) => Entry.Text is { } given
        ? given == name
        : Tree.Source.AsSpan(Entry.Start, Entry.Length).SequenceEqual(name.AsSpan());

    public XmlNode? Attribute(string name)
    {
        for (int i = Index + 1; i < Entry.End && Tree[i].Kind == XmlTree.Kind.Attribute; i = Tree[i].End)
        {
            var attribute = new XmlNode(Tree, i);
            if (attribute.Is(name))
            {
                return attribute;
            }
        }

        return null;
    }

    private string TextOf(in XmlTree.Entry text) => text.Text is { } meaning
        ? Blanks.Collapse(meaning)
        : Blanks.Collapse(Tree.Source, text.Start, text.Length);

    // Null where there are blanks alone.
    private TextSpan? SpanOf(in XmlTree.Entry text)
    {
        string source = Tree.Source;
        if (text.Text is not { } meaning)
        {
            int length = Blanks.TrimmedLength(source, text.Start, text.Length, out int first);
            // XML makes one character of CR and LF; a text with both is not literally what stands in the file.
            return length == 0 ? null : new TextSpan(first, source.IndexOf('\r', first, length) < 0 ? length : 0);
        }

        int meant = Blanks.TrimmedLength(meaning, 0, meaning.Length, out int at);
        if (meant == 0)
        {
            return null;
        }

        int start = text.Start;
        while (start < source.Length && char.IsWhiteSpace(source[start]))
        {
            start++;
        }

        // With character references in it the text is not what stands in the file; then only its beginning is known.
        return new TextSpan(start, string.CompareOrdinal(source, start, meaning, at, meant) == 0 ? meant : 0);
    }

    // Not by recursion: elements may be nested deeper than a compiler's stack reaches.
    private string MixedText(int first)
    {
        var text = new StringBuilder();
        var ends = new Stack<int>();
        int i = first;
        while (i < Entry.End)
        {
            ref readonly XmlTree.Entry entry = ref Tree[i];
            int ended = 0;
            for (; ends.Count > 0 && ends.Peek() == i; ended++)
            {
                ends.Pop();
            }

            // Blanks between elements are no text; two words must not become one for that.
            text.Append(' ', ended > 1 || (ended == 1 && entry.Kind != XmlTree.Kind.Text) ? 1 : 0);
            switch (entry.Kind)
            {
                case XmlTree.Kind.Element:
                    ends.Push(entry.End);
                    i++;
                    break;

                case XmlTree.Kind.Attribute:
                    i = entry.End;
                    break;

                default:
                    _ = entry.Text is { } meaning ? text.Append(meaning) : text.Append(Tree.Source, entry.Start, entry.Length);
                    i++;
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Goes through the elements within one.</summary>
    internal struct Elements(XmlNode parent)
    {
        private int _next = parent.Index + 1;

        public XmlNode Current { get; private set; }

        public readonly Elements GetEnumerator() => this;

        public bool MoveNext()
        {
            XmlTree tree = parent.Tree;
            int end = tree[parent.Index].End;
            while (_next < end)
            {
                int at = _next;
                _next = tree[at].End;
                if (tree[at].Kind == XmlTree.Kind.Element)
                {
                    Current = new XmlNode(tree, at);
                    return true;
                }
            }

            return false;
        }
    }
}
