using System;

namespace Ipso.Generator.Registry;

/// <summary>
/// What a file holds: its elements, attributes and texts in the order in which they begin, each with its place. They lie in one array,
/// which does for the next file too: a registry has tens of thousands of them, and none outlives its file.
/// </summary>
/// <param name="source">The text of the file.</param>
internal sealed class XmlTree(string source) : IDisposable
{
    private const int UsualSize = 1024;
    private const int MaxSpareSize = 64 * UsualSize;

    [ThreadStatic]
    private static Entry[]? s_spare;

    private Entry[] _entries = TakeSpare();
    private int _count;
    private int _open = -1;

    internal enum Kind
    {
        Element,
        Attribute,
        Text,
    }

    public string Source { get; } = source;

    /// <summary>Whether an element is still open.</summary>
    public bool IsOpen => _open >= 0;

    public XmlNode Root => new(this, 0);

    /// <summary>The innermost element that is open.</summary>
    public XmlNode Open => new(this, _open);

    public ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>Whether the element that was opened last has got an attribute of a name.</summary>
    public bool HasAttribute(string name)
    {
        for (int i = _open + 1; i < _count; i = _entries[i].End)
        {
            if (new XmlNode(this, i).Is(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins an element or an attribute within what is open.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="start">Where its name stands.</param>
    /// <param name="length">The name's length, with the prefix.</param>
    /// <param name="localName">The name without the prefix, where it has one.</param>
    public void Begin(Kind kind, int start, int length, string? localName = null)
    {
        Add(kind, localName, start, length).End = _open;
        _open = _count - 1;
    }

    /// <summary>Ends the element or attribute that was begun last.</summary>
    public void End()
    {
        // Until here it was the place of what it is in.
        ref Entry ended = ref _entries[_open];
        (_open, ended.End) = (ended.End, _count);
    }

    /// <summary>Adds a text that means what stands in the file.</summary>
    public void AddText(int start, int length)
    {
        if (length > 0)
        {
            Add(Kind.Text, null, start, length).End = _count;
        }
    }

    /// <summary>Adds a text whose meaning may differ from what stands in the file.</summary>
    public void AddText(string meaning, int start)
    {
        if (meaning.Length > 0)
        {
            Add(Kind.Text, meaning, start, 0).End = _count;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_count, _open) = (0, -1);

    /// <summary>Leaves the array to the next file.</summary>
    public void Dispose()
    {
        if (_entries.Length <= MaxSpareSize)
        {
            // Without its strings, which would live as long as the thread.
            Array.Clear(_entries, 0, _count);
            s_spare = _entries;
        }

        _entries = [];
    }

    private static Entry[] TakeSpare()
    {
        Entry[] spare = s_spare ?? new Entry[UsualSize];
        s_spare = null;
        return spare;
    }

    private ref Entry Add(Kind kind, string? text, int start, int length)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        ref Entry added = ref _entries[_count++];
        added.Kind = kind;
        added.Text = text;
        added.Start = start;
        added.Length = length;
        return ref added;
    }

    /// <summary>An element, an attribute or a text.</summary>
    internal struct Entry
    {
        /// <summary>A name without its prefix, or what a text means; null where that is what stands in the file.</summary>
        public string? Text;

        /// <summary>Where the name or the text stands in the file.</summary>
        public int Start;

        /// <summary>How long the name is or the text, as they stand there.</summary>
        public int Length;

        /// <summary>The place behind the last entry that is within this one.</summary>
        public int End;

        public Kind Kind;
    }
}
