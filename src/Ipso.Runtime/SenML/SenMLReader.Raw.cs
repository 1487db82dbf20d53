using System.Diagnostics.CodeAnalysis;
using Ipso.Buffers;

namespace Ipso.SenML;

// Records as they stand in the pack, for those who know what their names and values have to be, and make their own of them.
public ref partial struct SenMLReader
{
    /// <summary>
    /// Begins to read a pack whose names and values others judge: names are not put together, a record may have no value, texts in them may be
    /// no UTF-8 and numbers not finite. What else RFC 8428 asks for holds.
    /// </summary>
    /// <inheritdoc cref="SenMLReader(ReadOnlySpan{byte}, SenMLFormat, Span{byte}, SenMLPackKind)"/>
    internal void OpenRaw(ReadOnlySpan<byte> pack, SenMLFormat format, SenMLPackKind kind) => Open(pack, format, kind);

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the pack is over or wrong.</returns>
    internal bool NextRaw() => _format == SenMLFormat.Json ? NextJsonRecord() : NextCborRecord();

    /// <summary>Ends reading with a fault of the record that was read, where others find one.</summary>
    internal void Refuse(SenMLReason reason)
    {
        _field = SenMLField.None;
        Fail(reason);
    }

    /// <summary>The same, of its name; the reason is none where the name is one of RFC 8428, and yet none that is wanted.</summary>
    internal void RefuseName() => Refuse(
        _baseName.IsEmpty && _name.IsEmpty ? SenMLReason.EmptyName
        : HasAliens(in _baseName) || HasAliens(in _name) ? SenMLReason.InvalidName
        : SenMLReason.None);

    private static bool HasAliens(in SenMLText name) => name.Form == SenMLTextForm.Plain && !IsOfNameCharacters(name.Raw);

    /// <summary>Where in the pack the reader is, in bytes.</summary>
    internal readonly int Position => _format == SenMLFormat.Json ? _json.Position : _cbor.Position;

    /// <summary>The fields of the record.</summary>
    internal readonly SenMLField Fields => _fields;

    /// <summary>The base name so far.</summary>
    [UnscopedRef]
    internal readonly ref readonly SenMLText BaseName => ref _baseName;

    /// <summary>The name of the record, without its base.</summary>
    [UnscopedRef]
    internal readonly ref readonly SenMLText Name => ref _name;

    /// <summary>Whether the record, or one before it, gave a time.</summary>
    internal readonly bool HasTime => (_fields & SenMLField.Time) != 0 || (_bases & SenMLField.BaseTime) != 0;

    /// <summary>The time of the record with its base.</summary>
    internal readonly double Time => _baseTime + _time;

    /// <summary>The kind of the record's value, the last where there are several.</summary>
    internal readonly SenMLValueKind Kind => _kind;

    /// <summary>The value, without its base, where it is a number or a Boolean.</summary>
    internal readonly Number Number => _number;

    /// <summary>The value where it is a text, an object link or bytes.</summary>
    [UnscopedRef]
    internal readonly ref readonly SenMLText Value => ref _value;
}
