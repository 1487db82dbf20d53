using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// One method per type. What repeats a known value ends first; then the first pass checks, and keeps what changes something; what the others
// do is set apart.
public ref partial struct ResourceReader
{
    /// <summary>Reads an Integer, if it is what comes next.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="field">Where the value lives.</param>
    /// <param name="index">The resource's place in the definition.</param>
    /// <returns>Whether the value has been set, and by a server's write: what follows it has to follow now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Integer(ushort id, ref long field, int index) => ReachesSingle(id) && TakeInteger(ref field, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool ReachesSingle(ushort id) => _reached == ((uint)id << 16 | Lwm2mPath.MaxId);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeInteger(ref long field, int index) =>
        MayRepeat(index) && Current.Holds(field) ? Pass(index) : ReadInteger(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadInteger(ref long field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyInteger(ref field, index);
        }
        else if (Admit(index) && TryInteger(index, out long value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads an Unsigned Integer, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Unsigned(ushort id, ref ulong field, int index) => ReachesSingle(id) && TakeUnsigned(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeUnsigned(ref ulong field, int index) =>
        MayRepeat(index) && Current.Holds(field) ? Pass(index) : ReadUnsigned(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadUnsigned(ref ulong field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyUnsigned(ref field, index);
        }
        else if (Admit(index) && TryUnsigned(index, out ulong value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads a Float, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Float(ushort id, ref double field, int index) => ReachesSingle(id) && TakeFloat(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeFloat(ref double field, int index) =>
        MayRepeat(index) && Current.Holds(field) ? Pass(index) : ReadFloat(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadFloat(ref double field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyFloat(ref field, index);
        }
        else if (Admit(index) && TryFloat(index, out double value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads a Boolean, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Boolean(ushort id, ref bool field, int index) => ReachesSingle(id) && TakeBoolean(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeBoolean(ref bool field, int index) =>
        MayRepeat(index) && Current.Holds(field) ? Pass(index) : ReadBoolean(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadBoolean(ref bool field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyBoolean(ref field, index);
        }
        else if (Admit(index) && IsOfType(Value.TryBoolean(out bool value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads a String, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool String(ushort id, ref string field, int index) => ReachesSingle(id) && TakeString(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeString(ref string field, int index) =>
        MayRepeat(index) && Current.Holds(field, _payload) ? Pass(index) : ReadString(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadString(ref string field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyString(ref field, index);
        }
        else if (Admit(index) && IsNewText(field, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads an Opaque, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Opaque(ushort id, ref byte[] field, int index) => ReachesSingle(id) && ReadOpaque(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadOpaque(ref byte[] field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyOpaque(ref field, index);
        }
        else if (Admit(index) && TryOpaque(index, out ReadOnlySpan<byte> value) && IsNews(!value.SequenceEqual(field), index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads a Time into UTC ticks of 100 ns, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Time(ushort id, ref long field, int index) => ReachesSingle(id) && TakeTime(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeTime(ref long field, int index) =>
        MayRepeat(index) && Current.HoldsTime(field) ? Pass(index) : ReadTime(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadTime(ref long field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyTime(ref field, index);
        }
        else if (Admit(index) && IsOfType(Value.TryTime(out long value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads an Objlnk, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ObjectLink(ushort id, ref ObjectLink field, int index) => ReachesSingle(id) && ReadObjectLink(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadObjectLink(ref ObjectLink field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyObjectLink(ref field, index);
        }
        else if (Admit(index) && TryObjectLink(index, out ObjectLink value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Reads a Corelnk, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ushort, ref long, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool CoreLink(ushort id, ref CoreLink field, int index) => ReachesSingle(id) && ReadCoreLink(ref field, index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadCoreLink(ref CoreLink field, int index)
    {
        bool isWritten = false;
        if (IsNoCheck)
        {
            isWritten = ApplyCoreLink(ref field, index);
        }
        else if (Admit(index) && IsNewText(field.Text, index) && LinkToWhatIsThere(index))
        {
            Keep(index);
        }

        Advance();
        return isWritten;
    }

    /// <summary>Whether a value is to be applied. What a server writes always is, as what follows it is to follow.</summary>
    private readonly bool IsNews(bool differs, int index) => differs || _mode != ReadMode.Mirror || !_target.IsPresent(index);

    // A text is not made before it is to be kept: a payload that is refused costs no allocation, one that is taken a single one.
    private bool IsNewText(string current, int index) =>
        IsOfType(Value.IsTextOf(current, out bool isCurrent), index)
        && (isCurrent || IsTextInRange(index))
        && IsNews(!isCurrent, index);

    private bool IsTextInRange(int index)
    {
        if (!_definition.Has(index, ResourceTraits.Ranged))
        {
            return true;
        }

        Value.TryUtf8(_scratch, out ReadOnlySpan<byte> text);
        return RangeOf(index)!.Admits(text) || OutOfRange(index, (ulong)text.Length);
    }

    private bool TryInteger(int index, out long value) =>
        IsOfType(Value.TryInteger(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryUnsigned(int index, out ulong value) =>
        IsOfType(Value.TryUnsigned(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryFloat(int index, out double value) =>
        IsOfType(Value.TryFloat(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryOpaque(int index, out ReadOnlySpan<byte> value) =>
        Current.Kind == ValueKind.Streamed ? JudgeStreamed(index, out value)
        : IsOfType(Value.TryOpaque(_scratch, out value), index)
        && (RangeOf(index) is not { } range || range.Admits(value) || OutOfRange(index, (ulong)value.Length));

    private bool TryObjectLink(int index, out ObjectLink value) =>
        IsOfType(Value.TryObjectLink(out value), index)
        && (!IsBound || CanLinkTo(value) || Fail(PayloadFault.NoSuchTarget, index));

    /// <summary>
    /// Whether an Objlnk resource may point there: at an Object Instance or, with the instance 65535, an Object of the same device, or
    /// nowhere (LwM2M TS Core, 6.3.3). An instance that belongs to no device cannot tell.
    /// </summary>
    private readonly bool CanLinkTo(ObjectLink link) => LinkedTree is not { } tree || tree.CanResolve(link);

    private readonly ObjectTree? LinkedTree => Tree ?? _target.Tree;

    // A Corelnk that a server writes names no Object Instance that is not there; what else it names, and how, is not judged.
    private bool LinkToWhatIsThere(int index)
    {
        if (!IsBound || LinkedTree is not { } tree || !Value.TryUtf8(_scratch, out ReadOnlySpan<byte> text))
        {
            return true;
        }

        return tree.CanResolveAll(text) || Fail(PayloadFault.NoSuchTarget, index);
    }

    private bool IsInRange(int index, long value) =>
        RangeOf(index) is not NumericRange<long> range || range.Contains(value) || OutOfRange(index, (ulong)value);

    private bool IsInRange(int index, ulong value) =>
        RangeOf(index) is not NumericRange<ulong> range || range.Contains(value) || OutOfRange(index, value);

    private bool IsInRange(int index, double value) =>
        RangeOf(index) is not NumericRange<double> range || range.Contains(value)
            || OutOfRange(index, BitConverter.DoubleToUInt64Bits(value));

    private readonly ValueRange? RangeOf(int index) => _definition.Resources[index].Range;

    private bool OutOfRange(int index, ulong found)
    {
        _found = found;
        return Fail(PayloadFault.OutOfRange, index);
    }

    private bool IsOfType(bool isOfType, int index) => isOfType || FailType(index);

    private bool FailType(int index) =>
        Fail(Current.HasNoInstances ? PayloadFault.WrongMultiplicity : PayloadFault.WrongType, index);
}
