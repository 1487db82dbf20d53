using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Ipso.Generator.Registry;

/// <summary>
/// Reads XML as definitions are written: elements, attributes, texts, CDATA and comments. It goes over the characters once and makes
/// hardly a string, and so takes a fraction of an XmlReader's time. What goes beyond (a reference such as &amp;amp;, a DTD, a processing
/// instruction, a namespace, a name of other letters than ASCII's) it declines, and all that is not well-formed: <see cref="XmlParser"/>
/// has the say then. What it takes, it takes as the parser does.
/// </summary>
internal ref struct XmlScanner
{
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    private const string SmallDeclaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    private const string CommentStart = "<!--";
    private const string DataStart = "<![CDATA[";
    private const string DataEnd = "]]>";

    // The one namespace that definitions declare, to name their schema.
    private const string SchemaPrefix = "xsi";
    private const string SchemaNamespace = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly XmlTree _tree;
    private readonly string _text;
    private int _at;
    private bool _hasSchemaPrefix;

    private XmlScanner(XmlTree tree, int start)
    {
        _tree = tree;
        _text = tree.Source;
        _at = start;
    }

    // The character to come. None of XML is NUL, so at the end of the text that will do for one that fits nowhere.
    private readonly char Next => At(_at);

    /// <summary>Reads a text from a place on, to its end.</summary>
    /// <returns>Whether it could; if not, the tree holds no more than a beginning.</returns>
    public static bool TryRead(XmlTree tree, int start, string rootName, CancellationToken cancel)
    {
        var scanner = new XmlScanner(tree, start);
        return scanner.ReadProlog()
            && scanner.ReadStartTag()
            && tree.Root.Is(rootName)
            && scanner.ReadContent(cancel)
            && scanner.ReadBlanksAndComments()
            && scanner._at == tree.Source.Length;
    }

    private bool ReadProlog()
    {
        if (Follows(Declaration) || Follows(SmallDeclaration))
        {
            _at += Declaration.Length;
        }

        return ReadBlanksAndComments();
    }

    private bool ReadBlanksAndComments()
    {
        SkipBlanks();
        while (Follows(CommentStart))
        {
            if (!ReadComment())
            {
                return false;
            }

            SkipBlanks();
        }

        return true;
    }

    // From behind the root's start tag to behind its end tag.
    private bool ReadContent(CancellationToken cancel)
    {
        while (_tree.IsOpen)
        {
            cancel.ThrowIfCancellationRequested();
            if (!ReadText())
            {
                return false;
            }

            bool isRead = At(_at + 1) switch
            {
                '/' => ReadEndTag(),
                '!' when Follows(CommentStart) => ReadComment(),
                '!' when Follows(DataStart) => ReadData(),
                _ => ReadStartTag(),
            };
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    // To the next tag. Blanks between two tags are no text.
    private bool ReadText()
    {
        int start = _at;
        SkipBlanks();
        if (Next == '<')
        {
            return true;
        }

        // A reference is not for us, and the end of CDATA is not for a text; a single bracket may well be.
        ReadOnlySpan<char> text = _text.AsSpan();
        do
        {
            int length = text.Slice(_at).IndexOfAny('<', '&', ']');
            _at = length < 0 ? text.Length : _at + length;
        }
        while (Next == ']' && At(++_at) != ']');
        _tree.AddText(start, _at - start);
        return Next == '<' && AreCharacters(start, _at);
    }

    private bool ReadStartTag()
    {
        if (!Take('<') || !IsNameStart(Next))
        {
            return false;
        }

        int start = _at;
        _tree.Begin(XmlTree.Kind.Element, start, ReadName());
        while (SkipBlanks() && IsNameStart(Next))
        {
            if (!ReadAttribute())
            {
                return false;
            }
        }

        if (Next == '/')
        {
            _at++;
            _tree.End();
        }

        return Take('>');
    }

    private bool ReadAttribute()
    {
        int start = _at;
        string prefix = "";
        string name = ReadNameText();
        if (Take(':'))
        {
            prefix = name;
            name = ReadNameText();
        }

        int length = _at - start;
        SkipBlanks();
        if (!Take('='))
        {
            return false;
        }

        SkipBlanks();
        char quote = Next;
        int value = _at + 1;
        int end = quote is '"' or '\'' ? _text.IndexOf(quote, value) : -1;
        if (end < 0 || !IsPlainValue(value, end) || !IsKnown(prefix, name, value, end) || _tree.HasAttribute(name))
        {
            return false;
        }

        _tree.Begin(XmlTree.Kind.Attribute, start, length, name);
        _tree.AddText(value, end - value);
        _tree.End();
        _at = end + 1;
        return true;
    }

    private bool ReadEndTag()
    {
        _at += "</".Length;
        ref readonly XmlTree.Entry open = ref _tree[_tree.Open.Index];
        if (!_text.AsSpan(_at).StartsWith(_text.AsSpan(open.Start, open.Length)))
        {
            return false;
        }

        _at += open.Length;
        _tree.End();
        SkipBlanks();
        return Take('>');
    }

    private bool ReadComment()
    {
        int start = _at + CommentStart.Length;
        int end = _text.IndexOf("--", start, StringComparison.Ordinal);
        _at = end + 2;
        return end >= 0 && AreCharacters(start, end) && Take('>');
    }

    private bool ReadData()
    {
        int start = _at + DataStart.Length;
        int end = _text.IndexOf(DataEnd, start, StringComparison.Ordinal);
        if (end < 0 || !AreCharacters(start, end))
        {
            return false;
        }

        _tree.AddText(start, end - start);
        _at = end + DataEnd.Length;
        return true;
    }

    // The length of the name; none if there is none.
    private int ReadName()
    {
        int start = _at;
        int i = start;
        while (i < _text.Length && (IsNameStart(_text[i]) || (i > start && _text[i] is (>= '0' and <= '9') or '-' or '.')))
        {
            i++;
        }

        _at = i;
        return i - start;
    }

    private string ReadNameText()
    {
        int start = _at;
        return SharedStrings.Of(_text.AsSpan(start, ReadName()));
    }

    private bool SkipBlanks()
    {
        int start = _at;
        int i = start;
        while (i < _text.Length && IsBlank(_text[i]))
        {
            i++;
        }

        _at = i;
        return i > start;
    }

    private bool Take(char expected)
    {
        bool isThere = Next == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private readonly bool Follows(string expected) =>
        string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private readonly char At(int index) => index < _text.Length ? _text[index] : '\0';

    // Whether the attribute is what it seems to be: one that declares a namespace is more, and one with a prefix needs a declared one.
    private bool IsKnown(string prefix, string name, int start, int end)
    {
        switch (prefix)
        {
            case "":
                return name != "xmlns";

            case "xmlns" when _tree.Open.Index == _tree.Root.Index:
                _hasSchemaPrefix = name == SchemaPrefix && _text.AsSpan(start, end - start).SequenceEqual(SchemaNamespace.AsSpan());
                return _hasSchemaPrefix;

            default:
                return prefix == SchemaPrefix && _hasSchemaPrefix;
        }
    }

    // Of characters alone, as they are: a parser makes a space of a line's end.
    private readonly bool IsPlainValue(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (!IsCharacter(_text[i]) || _text[i] is '<' or '&')
            {
                return false;
            }
        }

        return true;
    }

    private readonly bool AreCharacters(int start, int end)
    {
        ReadOnlySpan<char> text = _text.AsSpan(start, end - start);
        for (int i = PlainText.Length(text); i < text.Length; i += 1 + PlainText.Length(text.Slice(i + 1)))
        {
            if (!IsCharacter(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsNameStart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';

    // XML 1.0, 2.2, without what takes two chars.
    private static bool IsCharacter(char c) => c is (>= ' ' and < '\uD800') or (>= '\uE000' and <= '\uFFFD');
}
