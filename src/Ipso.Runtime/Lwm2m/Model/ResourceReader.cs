using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Reads the records of a payload into an object's fields. It goes through them twice: once to check all, without touching a value, and once
/// to apply them. So a payload is taken whole or not at all. Types, rights, ranges and multiplicity are judged here.
/// </summary>
internal ref partial struct ResourceReader
{
    private readonly ObjectInstance _target;
    private readonly ObjectInfo _definition;
    private readonly ResourceField[] _fields;

    // Where the values live; nowhere in a class that nothing can be read into.
    private readonly ref byte _slots;
    private readonly Lwm2mPath _path;
    private readonly ReadMode _mode;
    private readonly ResourceTraits _demanded;
    private bool _isSorted;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly Span<PayloadRecord> _records;
    private readonly Span<byte> _scratch;

    // By the resources' places as bits: those that the payload names, and of the multiple ones those whose instances are to be replaced.
    private readonly Span<ulong> _seen;
    private readonly Span<ulong> _gathered;

    // The record that was reached, and the end of all.
    private ref PayloadRecord _current;
    private ref PayloadRecord _end;

    // The resource that it was taken to, its place in the definition, the place of the value that the record is of, and the record's value.
    private int _index;
    private ref readonly ResourceField _resource;
    private ValueSlot _slot;
    private RecordValue _value;

    // Of the first 64 resources those that the payload has not named, and whose value it may repeat (it comes once, and no server writes it);
    // and these at the beginning.
    private ulong _repeatable;
    private ulong _known;

    private PayloadFault _fault;
    private int _faultyRecord;
    private int _faultyIndex;
    private ulong _found;
    private bool _isUnknown;
    private bool _hasChanges;

    // The multiple resource that the payload is at.
    private InstanceRun _run;

    // The mandatory multiple resource whose instances are being removed, and how many of those that are there so far.
    private int _removedIndex;
    private int _removed;

    /// <summary>Takes the records of a payload.</summary>
    /// <param name="target">What they are for.</param>
    /// <param name="path">Its path, or the one below it that the payload is for and all records lie on.</param>
    /// <param name="payload">What they were read from.</param>
    /// <param name="records">The records.</param>
    /// <param name="mode">What they mean.</param>
    /// <param name="sets">
    /// Two sets of <see cref="SetLength"/> words each, all zero in the beginning; another reader of the same may apply what one has checked.
    /// </param>
    /// <param name="scratch">Room for a value, as long as the payload.</param>
    internal ResourceReader(
        ObjectInstance target, Lwm2mPath path, ReadOnlySpan<byte> payload, Span<PayloadRecord> records, ReadMode mode, Span<ulong> sets,
        Span<byte> scratch)
        : this()
    {
        _target = target;
        _definition = target.Definition;
        _fields = _definition.Fields;
        _slots = ref target.Slots;
        _path = path;
        _mode = mode;
        _demanded = IsWrite(mode) ? ResourceTraits.Writable : ResourceTraits.None;
        _payload = payload;
        _records = records;
        _seen = sets[..(sets.Length / 2)];
        _gathered = sets[(sets.Length / 2)..];
        _scratch = scratch;
        _faultyRecord = -1;
        _faultyIndex = -1;
        _run.Index = -1;
    }

    /// <summary>Whether the payload is for the whole Object Instance.</summary>
    private readonly bool IsOfInstance => _path.ResourceId == Lwm2mPath.MaxId;

    /// <summary>Whether a server writes, who may not write everything.</summary>
    private readonly bool IsBound => IsWrite(_mode);

    private static bool IsWrite(ReadMode mode) => mode is ReadMode.WriteUpdate or ReadMode.WriteReplace;

    /// <summary>The words that a set of resources needs.</summary>
    internal static int SetLength(ObjectInfo definition) => (definition.Resources.Length + 63) / 64;

    /// <summary>Whether what is wrong is the order alone: checked once more after sorting, the payload may be taken.</summary>
    internal bool NeedsSorting { readonly get; private set; }

    /// <summary>Whether something is wrong.</summary>
    internal readonly bool HasFailed => _fault != PayloadFault.None;

    /// <summary>Where object links are to point; <see langword="null"/> for the tree that the Object Instance belongs to.</summary>
    internal ObjectTree? Tree { private get; init; }

    /// <summary>Whether the records are in ascending order of their paths.</summary>
    internal bool IsSorted { init => _isSorted = value; }

    /// <summary>Which record the fault lies with; -1 where it lies with none.</summary>
    internal readonly int FaultyRecord => _faultyRecord;

    /// <summary>Whether applying has anything to do: a report that repeats what is known, as most do, changes nothing.</summary>
    internal readonly bool HasToApply => _hasChanges || MustSettle();

    private readonly ref PayloadRecord Current => ref _current;

    /// <summary>Checks the records, and touches nothing.</summary>
    /// <returns>Whether nothing is wrong.</returns>
    internal bool TryCheck()
    {
        _known = _repeatable = _mode == ReadMode.Mirror && HasSlots ? _target.PresentBits(0) : 0;
        CheckRecords();
        if (!HasFailed)
        {
            NoteRepeated();
            EndRun();
            CheckCompleteness();
        }

        return !HasFailed;
    }

    /// <summary>Applies records that were checked, by this reader or by another one with the same records and the same sets.</summary>
    internal void Apply()
    {
        using (_target.BeginUpdate())
        {
            ApplyRecords();
            Settle();
        }
    }

    /// <summary>Forgets what was found out about the records, which have been sorted.</summary>
    internal void BeginAnew()
    {
        (_isSorted, NeedsSorting, _hasChanges, _isUnknown) = (true, false, false, false);
        (_fault, _faultyRecord, _faultyIndex, _removedIndex, _removed) = (PayloadFault.None, -1, -1, 0, 0);
        _run = new() { Index = -1 };
        _seen.Clear();
        _gathered.Clear();
        foreach (ref PayloadRecord record in _records)
        {
            record.Use = RecordUse.None;
        }
    }

    /// <summary>Where in the payload the record ends that the fault lies with; what is missing is behind all of them.</summary>
    internal readonly int FaultPosition
    {
        get
        {
            int record = _faultyRecord < 0 ? _records.Length - 1 : _faultyRecord;
            return record < 0 ? 0 : _records[record].End;
        }
    }

    /// <summary>Whether what is wrong is that something is missing, which is in no record.</summary>
    internal readonly bool IsMissing => _fault == PayloadFault.MissingMandatory;

    /// <summary>What is wrong.</summary>
    /// <param name="record">Which record of the payload it is, the first being 1; 0 where it is none.</param>
    internal readonly PayloadError Explain(int record = 0)
    {
        ResourceInfo? resource = _faultyIndex < 0 ? null : _definition.Resources[_faultyIndex];
        return new(_fault, _definition, resource, FaultPosition) { Found = _found, Record = record };
    }

    /// <summary>Keeps the record, which was checked, to be applied.</summary>
    private void Keep(RecordUse use)
    {
        _hasChanges |= use == RecordUse.Changes;
        ref PayloadRecord record = ref Current;
        record.Index = (ushort)_index;
        record.Use = use;
    }

    private bool Fail(PayloadFault fault, int index = -1)
    {
        if (_fault == PayloadFault.None)
        {
            _fault = fault;
            _faultyIndex = index;
            _faultyRecord = IsAtEnd ? -1 : Place;
        }

        return false;
    }

    private bool FailHere(PayloadFault fault) => Fail(fault, _index);

    private void NoteRepeated()
    {
        ulong repeated = _known & ~_repeatable;
        if (repeated != 0)
        {
            _seen[0] |= repeated;
        }
    }

    /// <summary>Judges a record of a single resource by all but its value.</summary>
    private bool Admit()
    {
        NoteRepeated();
        ref ulong seen = ref _seen[_index >> 6];
        ulong bit = 1UL << _index;
        bool isInOrder = _resource.Has(_demanded) && (seen & bit) == 0;
        seen |= bit;
        // What came once is not passed over when it comes again.
        _repeatable &= _index < 64 ? ~bit : ulong.MaxValue;
        return isInOrder || Refuse(isOfKind: true);
    }

    private bool Refuse(bool isOfKind) => FailHere(
        !_resource.Has(_demanded) ? PayloadFault.NotWritable
        : !isOfKind ? PayloadFault.WrongMultiplicity
        : PayloadFault.Duplicate);

    private void CheckCompleteness()
    {
        // A request for a resource has to say something of it.
        if (!IsOfInstance && !_isUnknown && !HasSeenAny())
        {
            Fail(PayloadFault.Malformed);
            return;
        }

        if (_mode != ReadMode.WriteReplace || !IsOfInstance)
        {
            return;
        }

        for (int i = 0; i < _definition.Resources.Length; i++)
        {
            ResourceInfo resource = _definition.Resources[i];
            if (resource.IsMandatory && resource.IsWritable && !WasSeen(i))
            {
                Fail(PayloadFault.MissingMandatory, i);
                return;
            }
        }
    }

    private readonly bool HasSeenAny()
    {
        ulong any = 0;
        foreach (ulong word in _seen)
        {
            any |= word;
        }

        return any != 0;
    }

    private readonly bool WasSeen(int index) => IsIn(_seen, index);

    private static bool IsIn(ReadOnlySpan<ulong> set, int index) => (set[index >> 6] >> index & 1) != 0;

    private readonly bool MustSettle()
    {
        for (int word = 0; word < _seen.Length; word++)
        {
            if (MustSettle(word) != 0)
            {
                return true;
            }
        }

        return false;
    }

    // Which of 64 resources are something else after the payload's end.
    private readonly ulong MustSettle(int word)
    {
        if (Merges)
        {
            return 0;
        }

        ulong gathered = _gathered[word];
        if (!IsOfInstance)
        {
            return gathered;
        }

        ulong replaced = _mode switch
        {
            ReadMode.Mirror => _definition.ReadableBits[word],
            ReadMode.Bootstrap => _definition.ProvisionedBits[word],
            _ => _definition.WritableBits[word],
        };
        return gathered | replaced & ~_seen[word] & _target.PresentBits(word);
    }
}
