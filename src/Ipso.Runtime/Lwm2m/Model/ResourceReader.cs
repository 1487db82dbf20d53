using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// What generated code reads its resources from. The same method of an object runs twice: once to check the whole payload, without touching
/// a value, and once to apply it. So a payload is taken whole or not at all.
/// </summary>
/// <remarks>
/// The method has a line for each resource, in ascending order of id: a call that says where the value lives and which place the resource
/// has in the object's definition. A line takes the next record if it is its own, and most payloads bring the records in the lines' order;
/// for what is left in the end there is another round (<see cref="Next"/>). Types, rights, ranges and multiplicity are judged here.
/// </remarks>
public ref partial struct ResourceReader
{
    private enum Pass : byte
    {
        /// <summary>Nothing is changed; the first fault ends it.</summary>
        Check,

        /// <summary>Values are set.</summary>
        Apply,

        /// <summary>As <see cref="Check"/>, of a record that removes.</summary>
        CheckRemoval,

        /// <summary>As <see cref="Apply"/>, of a record that removes.</summary>
        Remove,

        /// <summary>
        /// After the payload's records: each resource once that the payload replaces without naming it, or whose instances were gathered.
        /// </summary>
        Settle,
    }

    private readonly ObjectInstance _target;
    private readonly ObjectInfo _definition;
    private readonly Lwm2mPath _path;
    private readonly ReadMode _mode;
    private readonly ResourceTraits _demanded;
    private readonly bool _isPatch;
    private bool _isSorted;
    private bool _needsSorting;

    // By the resources' places as bits: those that the payload names, and of the multiple ones those whose instances are to be replaced.
    private readonly Span<ulong> _seen;
    private readonly Span<ulong> _gathered;
    private readonly Span<byte> _scratch;

    private RecordReader _records;
    private Pass _pass;

    // No resource's id.
    private const ushort Nothing = Lwm2mPath.MaxId;

    // The resource of the record that was reached and that no line has taken, and whether all lines have seen it.
    private ushort _reached;
    private bool _wasOffered;
    private bool _isFresh;
    private bool _isOver;

    // Of the first 64 resources those that the payload has not named, and whose value it may repeat; and these at the beginning.
    private ulong _repeatable;
    private ulong _known;

    private int _settledWords;
    private ulong _unsettled;
    private int _faultyIndex;
    private ulong _found;
    private bool _isUnknown;

    // The records that change something, read and checked, to be applied.
    private Span<RecordSlot> _slots;
    private byte[]? _rentedSlots;
    private int _count;
    private int _replayed;
    private bool _hasChanges;

    // The multiple resource that the payload is at.
    private InstanceRun _run;

    // The mandatory multiple resource whose instances are being removed, and how many of those that are there so far.
    private int _removedIndex;
    private int _removed;

    // The sets are two of SetLength words each, all zero.
    internal ResourceReader(
        ObjectInstance target, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode,
        Span<ulong> sets, Span<byte> scratch, Span<RecordSlot> slots)
    {
        _target = target;
        _definition = target.Definition;
        _path = path;
        _mode = mode;
        _demanded = IsBound ? ResourceTraits.Writable : ResourceTraits.None;
        _isPatch = Representation.IsPatch(format);
        _seen = sets[..(sets.Length / 2)];
        _gathered = sets[(sets.Length / 2)..];
        _scratch = scratch;
        _slots = slots;
        _records.Open(payload, format, path);
        _faultyIndex = -1;
        _run.Index = -1;
    }

    /// <summary>Whether a server writes, who may not write everything.</summary>
    private readonly bool IsBound => _mode is ReadMode.WriteUpdate or ReadMode.WriteReplace;

    /// <summary>The path of the record that was reached last.</summary>
    internal readonly Lwm2mPath RecordPath => _records.Path;

    /// <summary>The words that a set of resources needs.</summary>
    internal static int SetLength(ObjectInfo definition) => (definition.Resources.Length + 63) / 64;

    /// <summary>Checks the payload, and applies it where nothing is wrong.</summary>
    internal bool Run(out PayloadError error)
    {
        bool isTaken = TryCheck(out error) || _needsSorting && TryCheckSorted(out error);
        // A report that repeats what is known, as most do, changes nothing.
        if (isTaken && (_hasChanges || MustSettle()))
        {
            Apply();
        }

        RecordSlot.Return(_rentedSlots);
        return isTaken;
    }

    /// <summary>Checks the records, and touches nothing.</summary>
    internal bool TryCheck(out PayloadError error)
    {
        Begin(known: _mode == ReadMode.Mirror ? _definition.FirstBits & _target.PresentBits(0) : 0);
        _target.ReadResourcesFrom(ref this);
        NoteRepeated();
        EndRun();
        if (_records.Fault == PayloadFault.None)
        {
            CheckCompleteness();
        }

        if (_records.Fault != PayloadFault.None)
        {
            error = _needsSorting ? default : Explain();
            return false;
        }

        error = default;
        return true;
    }

    private void Begin(ulong known)
    {
        _isFresh = true;
        _reached = Nothing;
        _isOver = false;
        _known = _repeatable = known;
    }

    private readonly PayloadError Explain()
    {
        PayloadFault fault = _records.Fault;
        // What is missing is in no record.
        bool isOfRecord = !_isSorted && fault != PayloadFault.MissingMandatory;
        return new(fault, _definition, _faultyIndex < 0 ? null : _definition.Resources[_faultyIndex], _records.Position)
        {
            Found = _found,
            Record = isOfRecord ? _records.CountToPosition() : 0,
            SenML = _records.ExplainSenML(),
        };
    }

    /// <summary>Applies records that were checked, by this reader or by another one with the same sorted records and the same sets.</summary>
    internal void Apply()
    {
        _pass = Pass.Apply;
        _replayed = 0;
        Begin(known: 0);
        using (_target.BeginUpdate())
        {
            _target.ReadResourcesFrom(ref this);
        }
    }

    /// <summary>Keeps the record, which was checked, to be applied.</summary>
    private void Keep(int index, bool isOfRun = false)
    {
        _hasChanges |= !isOfRun;
        // Sorted ones are kept already.
        if (_isSorted)
        {
            return;
        }

        if (_count == _slots.Length)
        {
            RecordSlot.Grow(ref _slots, ref _rentedSlots);
        }

        ref RecordSlot slot = ref _slots[_count++];
        _records.Save(ref slot);
        slot.Index = (ushort)index;
        slot.IsOfRun = isOfRun;
    }

    private bool Fail(PayloadFault fault, int index)
    {
        if (_records.Fault == PayloadFault.None)
        {
            _faultyIndex = index;
        }

        return _records.Fail(fault);
    }

    /// <summary>Whether a value that is there already needs no more than this: it came once, and no server writes it.</summary>
    private bool Repeats(int index)
    {
        ulong bit = 1UL << index;
        if ((uint)index >= 64 || (_repeatable & bit) == 0 || _records.Path.ResourceInstanceId != Lwm2mPath.MaxId)
        {
            return false;
        }

        _repeatable ^= bit;
        return true;
    }

    private void NoteRepeated()
    {
        ulong repeated = _known & ~_repeatable;
        if (repeated != 0)
        {
            _seen[0] |= repeated;
        }
    }

    /// <summary>Judges a record of a single resource by all but its value.</summary>
    private bool Admit(int index)
    {
        NoteRepeated();
        ref ulong seen = ref _seen[index >> 6];
        ulong bit = 1UL << index;
        bool isInOrder = _definition.Has(index, _demanded) && _records.Path.ResourceInstanceId == Lwm2mPath.MaxId && (seen & bit) == 0;
        seen |= bit;
        // What came once is not passed over when it comes again.
        _repeatable &= index < 64 ? ~bit : ulong.MaxValue;
        return isInOrder || Refuse(index, isOfKind: _records.Path.Depth == 3);
    }

    private bool Refuse(int index, bool isOfKind) =>
        !_definition.Has(index, _demanded) ? Fail(PayloadFault.NotWritable, index)
        : !isOfKind ? Fail(PayloadFault.WrongMultiplicity, index)
        : Fail(PayloadFault.Duplicate, index);

    private void CheckCompleteness()
    {
        // A request for a resource has to say something of it.
        if (_path.Depth >= 3 && !_isUnknown && !_seen.ContainsAnyExcept(0UL))
        {
            _records.Fail(PayloadFault.Malformed);
            return;
        }

        if (_mode != ReadMode.WriteReplace || _path.Depth != 2)
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

    // Which of 64 resources the generated code is led to once more after the payload's end.
    private readonly ulong MustSettle(int word)
    {
        if (Merges)
        {
            return 0;
        }

        ulong gathered = _gathered[word];
        if (_path.Depth != 2)
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
