namespace Ipso.Lwm2m.Codecs;

/// <summary>Where the names of a record stand that is held, and whether its bytes come next. What is escaped does not count.</summary>
internal struct JsonNames
{
    private enum Label : byte
    {
        Other,
        BaseName,
        Name,
        Data,
    }

    private Label _label;
    private int _baseNameStart;
    private int _baseNameLength;
    private int _nameStart;
    private int _nameLength;

    /// <summary>Whether the key that was noted last is the one of bytes.</summary>
    internal readonly bool IsDataNext => _label == Label.Data;

    /// <summary>The record's base name; empty where there is none so far.</summary>
    internal readonly ReadOnlySpan<byte> BaseName(ReadOnlySpan<byte> record) => record.Slice(_baseNameStart, _baseNameLength);

    /// <summary>The record's name; empty where there is none so far.</summary>
    internal readonly ReadOnlySpan<byte> Name(ReadOnlySpan<byte> record) => record.Slice(_nameStart, _nameLength);

    internal void NoteKey(scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> dataKey) =>
        _label = key.SequenceEqual(dataKey) ? Label.Data
            : key.SequenceEqual("n"u8) ? Label.Name
            : key.SequenceEqual("bn"u8) ? Label.BaseName
            : Label.Other;

    internal void NoteText(int start, int length, bool hasEscapes)
    {
        if (_label == Label.Name)
        {
            (_nameStart, _nameLength) = (start, hasEscapes ? 0 : length);
        }
        else if (_label == Label.BaseName)
        {
            (_baseNameStart, _baseNameLength) = (start, hasEscapes ? 0 : length);
        }
    }
}
