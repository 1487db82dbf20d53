using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Multiple resources. The instances of one come one after the other as a rule: a run of records.
public ref partial struct ResourceReader
{
    private struct InstanceRun
    {
        /// <summary>The resource's place in the definition; -1 where there is no run.</summary>
        internal int Index;

        /// <summary>How many instances of the payload so far will be there besides the ones that stay.</summary>
        internal int Count;

        /// <summary>How many instances there are.</summary>
        internal int Present;

        /// <summary>The highest path so far.</summary>
        internal ulong Highest;

        /// <summary>Whether all so far are the first ones that are there, with the same values.</summary>
        internal bool IsKnown;
    }

    /// <summary>Reads the instances of a multiple Integer resource, if they are what comes next.</summary>
    /// <param name="key">The resource's id and its digits.</param>
    /// <param name="field">Where the instances live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ulong key, ref ResourceInstances<long>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadInteger(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadInteger(ref ResourceInstances<long>? field, int index)
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryInteger(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryInteger(index, out value))
        {
            KeepInstance(index, IsNext(field, out long known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Unsigned(ulong key, ref ResourceInstances<ulong>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadUnsigned(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadUnsigned(ref ResourceInstances<ulong>? field, int index)
    {
        ulong value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryUnsigned(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryUnsigned(index, out value))
        {
            KeepInstance(index, IsNext(field, out ulong known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Integer<T>(ulong key, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadInteger(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadInteger<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryInteger(out value))
            {
                Assign(field, Unsafe.BitCast<long, T>(value));
            }
        }
        else if (Admit(field, index) && TryInteger(index, out value))
        {
            KeepInstance(index, IsNext(field, out T known) && Unsafe.BitCast<T, long>(known) == value);
        }
    }

    /// <summary>Reads the instances of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Unsigned<T>(ulong key, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadUnsigned(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadUnsigned<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        ulong value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryUnsigned(out value))
            {
                Assign(field, Unsafe.BitCast<ulong, T>(value));
            }
        }
        else if (Admit(field, index) && TryUnsigned(index, out value))
        {
            KeepInstance(index, IsNext(field, out T known) && Unsafe.BitCast<T, ulong>(known) == value);
        }
    }

    /// <summary>Reads the instances of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Float(ulong key, ref ResourceInstances<double>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadFloat(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadFloat(ref ResourceInstances<double>? field, int index)
    {
        double value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryFloat(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryFloat(index, out value))
        {
            KeepInstance(index, IsNext(field, out double known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Boolean(ulong key, ref ResourceInstances<bool>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadBoolean(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadBoolean(ref ResourceInstances<bool>? field, int index)
    {
        bool value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryBoolean(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && IsOfType(_records.TryBoolean(out value), index))
        {
            KeepInstance(index, IsNext(field, out bool known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void String(ulong key, ref ResourceInstances<string>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadString(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadString(ref ResourceInstances<string>? field, int index)
    {
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryString(Current(field) ?? "", out string value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index))
        {
            KeepText(index, IsNext(field, out string? known) ? known : null);
        }
    }

    /// <summary>Reads the instances of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Opaque(ulong key, ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadOpaque(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadOpaque(ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        ReadOnlySpan<byte> value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryOpaque(_scratch, out value))
            {
                ReadOnlyMemory<byte> current = Current(field);
                Assign(field, current.Span.SequenceEqual(value) ? current : value.ToArray());
            }
        }
        else if (Admit(field, index) && TryOpaque(index, out value))
        {
            KeepInstance(index, IsNext(field, out ReadOnlyMemory<byte> known) && known.Span.SequenceEqual(value));
        }
    }

    /// <summary>Reads the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Time(ulong key, ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadTime(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadTime(ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryTime(out value))
            {
                Assign(field, Lwm2mTime.ToDateTimeOffset(value));
            }
        }
        else if (Admit(field, index) && IsOfType(_records.TryTime(out value), index))
        {
            KeepInstance(index, IsNext(field, out DateTimeOffset known) && known.UtcTicks == value);
        }
    }

    /// <summary>Reads the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void ObjectLink(ulong key, ref ResourceInstances<ObjectLink>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadObjectLink(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadObjectLink(ref ResourceInstances<ObjectLink>? field, int index)
    {
        ObjectLink value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryObjectLink(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryObjectLink(index, out value))
        {
            KeepInstance(index, IsNext(field, out ObjectLink known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void CoreLink(ulong key, ref ResourceInstances<CoreLink>? field, int index)
    {
        if (!IsInstanceNext(key) || RepeatsAll(key, field, index))
        {
            return;
        }

        do
        {
            if (TakeInstance(key))
            {
                ReadCoreLink(ref field, index);
            }

            Advance();
        }
        while (IsInstanceNext(key));
    }

    private void ReadCoreLink(ref ResourceInstances<CoreLink>? field, int index)
    {
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryString(Current(field).Text, out string value))
            {
                Assign(field, new CoreLink(value));
            }
        }
        else if (Admit(field, index))
        {
            KeepText(index, IsNext(field, out CoreLink known) ? known.Text : null);
        }
    }

    /// <summary>Passes all instances at once where they are those that are there, with their values; else none.</summary>
    private bool RepeatsAll<T>(ulong key, ResourceInstances<T>? field, int index)
    {
        ulong bit = 1UL << index;
        if ((uint)index >= 64 || (_repeatable & bit) == 0 || field is null || !_records.IsExpecting)
        {
            return false;
        }

        ExpectedPlace start = _records.Place;
        field.View(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> values);
        for (int i = 0; i < ids.Length; i++)
        {
            if (!_records.IsInstanceNext(key) || !_records.TryTakeInstance(key)
                || ids[i] != _records.Path.ResourceInstanceId || !_records.HoldsAny(values[i]))
            {
                _records.ReturnTo(start);
                return false;
            }
        }

        if (ids.IsEmpty || _records.IsInstanceNext(key))
        {
            _records.ReturnTo(start);
            return false;
        }

        _repeatable ^= bit;
        Advance();
        return true;
    }

    /// <summary>Whether the payload's instances join the ones that are there; else they take their place.</summary>
    private readonly bool Merges => _mode == ReadMode.WriteUpdate || _path.Depth == 4;

    /// <summary>Judges a record of a multiple resource by all but its value; false also where there is no value to read.</summary>
    private bool Admit<T>(ResourceInstances<T>? field, int index) =>
        AdmitToRun(index, field is null ? 0 : field.Count) && !_records.HasNoInstances && HasRoom(field, index);

    private bool AdmitToRun(int index, int present)
    {
        Lwm2mPath path = _records.Path;
        bool isOfKind = path.ResourceInstanceId != Lwm2mPath.MaxId || _records.IsOfAllInstances;
        if (!isOfKind || !_definition.Has(index, _demanded))
        {
            return Refuse(index, isOfKind);
        }

        if (index != _run.Index)
        {
            NoteRepeated();
            if (IsIn(_seen, index))
            {
                return NeedSorting();
            }

            BeginRun(index, present);
        }
        // Sorted ones have all that is equal side by side, and behind its instances what is said of a whole resource.
        else if (path.Packed <= _run.Highest || _records.IsOfAllInstances)
        {
            return _isSorted ? Fail(PayloadFault.Duplicate, index) : NeedSorting();
        }

        _run.Highest = Math.Max(_run.Highest, path.Packed);
        return true;
    }

    private void BeginRun(int index, int present)
    {
        EndRun();
        _seen[index >> 6] |= 1UL << index;
        _run = new() { Index = index, Present = present, IsKnown = _mode == ReadMode.Mirror && !Merges && !_isSorted };
    }

    private void EndRun()
    {
        bool isKnown = _run.IsKnown && _run.Count == _run.Present;
        if (_run.Index >= 0 && !isKnown)
        {
            _gathered[_run.Index >> 6] |= 1UL << _run.Index;
        }
    }

    /// <summary>The instance that is there, where the record may be about to repeat it.</summary>
    private readonly bool IsNext<T>(ResourceInstances<T>? field, [MaybeNullWhen(false)] out T known)
    {
        known = default;
        return _run.IsKnown && field is not null && field.TryGetAt(_run.Count - 1, _records.Path.ResourceInstanceId, out known);
    }

    private void KeepInstance(int index, bool isKnown)
    {
        _run.IsKnown &= isKnown;
        Keep(index, isOfRun: !Merges);
    }

    private void KeepText(int index, string? known)
    {
        bool isText = IsOfType(_records.IsTextOf(known ?? "", out bool isKnown), index);
        isKnown &= known is not null;
        if (isText && (isKnown || IsTextInRange(index)))
        {
            KeepInstance(index, isKnown);
        }
    }

    private bool HasRoom<T>(ResourceInstances<T>? field, int index)
    {
        ResourceInstances<T>? kept = Merges ? field : null;
        if (kept is not null && kept.Contains(_records.Path.ResourceInstanceId))
        {
            return true;
        }
        // A write to one instance is for one that is there; new ones come by writing to the resource.
        if (_path.Depth == 4 && IsBound)
        {
            return Fail(PayloadFault.UnknownResource, index);
        }
        return ++_run.Count + (kept?.Count ?? 0) <= ResourceInstances<T>.MaxInstancesByPeer
            || Fail(PayloadFault.TooManyInstances, index);
    }

    /// <summary>In the passes after the first: whether there is an instance to assign.</summary>
    private bool Applies<T>(ref ResourceInstances<T>? field, int index)
    {
        if (_pass != Pass.Apply)
        {
            SettleOrRemove(field, index);
            return false;
        }

        _target.InstancesIn(ref field, index);
        return true;
    }

    private readonly void Assign<T>(ResourceInstances<T>? field, T value)
    {
        ushort id = _records.Path.ResourceInstanceId;
        if (Merges)
        {
            field!.Assign(id, value);
        }
        else
        {
            field!.Stage(id, value);
        }
    }

    private readonly T? Current<T>(ResourceInstances<T>? field) =>
        field is not null && field.TryGetValue(_records.Path.ResourceInstanceId, out T? current) ? current : default;
}
