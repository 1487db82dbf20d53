using System.Numerics;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// What generated code reads its resources from. The same method of an object runs twice: once to check the whole payload, without touching
/// a value, and once to apply it. So a payload is taken whole or not at all.
/// </summary>
/// <remarks>
/// Each record goes to the resource that its id names, by one call that says where the value lives and which place the resource has in the
/// object's definition; types, rights, ranges and multiplicity are judged here.
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
    private readonly bool _isPatch;
    private readonly bool _isSorted;
    private readonly Span<ulong> _seen;
    private readonly Span<byte> _scratch;
    private readonly Span<RecordSlot> _slots;
    private RecordReader _records;
    private Pass _pass;
    private bool _readsPayload;
    private int _settledWords;
    private ulong _unsettled;
    private int _count;
    private int _replayed;
    private int _faultyIndex;
    private ulong _found;
    private Lwm2mPath _highest;
    private bool _isUnknown;

    // The multiple resource whose instances are being counted, and how many of the payload's so far will be there.
    private int _countedIndex;
    private int _counted;

    // The mandatory multiple resource whose instances are being removed, and how many of those that are there so far.
    private int _removedIndex;
    private int _removed;

    internal ResourceReader(
        ObjectInstance target, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode,
        Span<ulong> seen, Span<byte> scratch, Span<RecordSlot> slots)
    {
        _target = target;
        _definition = target.Definition;
        _path = path;
        _mode = mode;
        _isPatch = Representation.IsPatch(format);
        _seen = seen;
        _scratch = scratch;
        _slots = slots;
        _records = new(payload, format, path);
        _readsPayload = true;
        _faultyIndex = _countedIndex = -1;
    }

    /// <summary>The id of the resource that the record is for.</summary>
    public ushort ResourceId { get; private set; }

    /// <summary>Whether the value just read has been set, and by a server's write: what follows it has to follow now.</summary>
    public readonly bool IsWritten => _pass == Pass.Apply && IsBound;

    /// <summary>Whether a server writes, who may not write everything.</summary>
    private readonly bool IsBound => _mode is ReadMode.WriteUpdate or ReadMode.WriteReplace;

    /// <summary>The path of the record that was reached last.</summary>
    internal readonly Lwm2mPath RecordPath => _records.Path;

    /// <summary>The words that a set of seen resources needs.</summary>
    internal static int SeenLength(ObjectInfo definition) => (definition.Resources.Length + 63) / 64;

    /// <summary>Checks the payload, and applies it where nothing is wrong.</summary>
    internal bool Run(out PayloadError error)
    {
        if (!TryCheck(out error))
        {
            return false;
        }

        if (_count > _slots.Length)
        {
            _records = _records.Rewound();
        }

        Apply();
        return true;
    }

    /// <summary>Checks the records, and touches nothing.</summary>
    internal bool TryCheck(out PayloadError error)
    {
        _target.ReadResourcesFrom(ref this);
        if (_records.Fault == PayloadFault.None)
        {
            CheckCompleteness();
        }

        if (_records.Fault != PayloadFault.None)
        {
            ResourceInfo? resource = _faultyIndex < 0 ? null : _definition.Resources[_faultyIndex];
            error = new(_records.Fault, _definition, resource, _records.Position) { Found = _found };
            return false;
        }

        error = default;
        return true;
    }

    /// <summary>Applies records that were checked, by this reader or by another one of the same records and the same seen resources.</summary>
    internal void Apply()
    {
        _pass = Pass.Apply;
        _readsPayload = false;
        _replayed = 0;
        using (_target.BeginUpdate())
        {
            _target.ReadResourcesFrom(ref this);
        }
    }

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        if (_pass <= Pass.Apply || ResumeAfterRemoval())
        {
            if (_readsPayload ? NextToCheck() : NextToApply())
            {
                ResourceId = _records.Path.ResourceId;
                return !_isPatch || NoteRemoval();
            }

            if (_pass == Pass.Check)
            {
                return false;
            }

            _pass = Pass.Settle;
        }

        while (_unsettled == 0)
        {
            if (_settledWords == _seen.Length)
            {
                return false;
            }

            _unsettled = MustSettle(_settledWords++);
        }

        int index = (_settledWords - 1) * 64 + BitOperations.TrailingZeroCount(_unsettled);
        _unsettled &= _unsettled - 1;
        ResourceId = _definition.Resources[index].Id;
        return true;
    }

    private bool NextToCheck()
    {
        if (!_records.Next())
        {
            return false;
        }

        if (_records.Path.Depth < 3)
        {
            return _records.Fail(PayloadFault.OutsidePath);
        }

        if (_count < _slots.Length)
        {
            _records.Save(ref _slots[_count]);
        }

        _count++;
        return true;
    }

    // A payload of more records than there are slots is read anew.
    private bool NextToApply()
    {
        if (_count > _slots.Length)
        {
            return _records.Next();
        }

        // Sorted records are checked here too.
        if (_replayed == _count || _records.Fault != PayloadFault.None)
        {
            return false;
        }

        _records.Restore(in _slots[_replayed++]);
        return true;
    }

    /// <summary>Passes a record whose resource has no value to set, or is not known.</summary>
    public void Skip()
    {
        if (_pass is not (Pass.Check or Pass.CheckRemoval))
        {
            return;
        }

        int index = _definition.IndexOf(ResourceId);
        if (index < 0)
        {
            // Unknown optional resources are no error (LwM2M TS Core, 5.2) - unless the request is for one of them.
            if (IsBound && _path.Depth >= 3)
            {
                _records.Fail(PayloadFault.UnknownResource);
            }

            _isUnknown = true;
        }
        else if (IsBound)
        {
            Fail(PayloadFault.NotWritable, index);
        }
    }

    private bool Fail(PayloadFault fault, int index)
    {
        if (_records.Fault == PayloadFault.None)
        {
            _faultyIndex = index;
        }

        return _records.Fail(fault);
    }

    /// <summary>Judges a record by all but its value; false where there is no value to read.</summary>
    private bool Admit(int index, bool isMultiple)
    {
        if (_pass != Pass.Check)
        {
            return true;
        }

        ResourceInfo resource = _definition.Resources[index];
        if (IsBound && !resource.IsWritable)
        {
            return Fail(PayloadFault.NotWritable, index);
        }

        if (isMultiple ? _records.Path.Depth != 4 && !_records.IsOfAllInstances : _records.Path.Depth != 3 || _records.HasNoInstances)
        {
            return Fail(PayloadFault.WrongMultiplicity, index);
        }

        ref ulong word = ref _seen[index >> 6];
        ulong bit = 1UL << (index & 63);
        bool wasSeen = (word & bit) != 0;
        if (wasSeen && (!isMultiple || IsRepeatedInstance()))
        {
            return Fail(PayloadFault.Duplicate, index);
        }

        word |= bit;
        if (_records.Path.Packed > _highest.Packed)
        {
            _highest = _records.Path;
        }

        if (isMultiple && !wasSeen)
        {
            (_countedIndex, _counted) = (index, 0);
        }

        return true;
    }

    // Paths come in ascending order as a rule, which rules repetition out; where they do not, the records before are read again.
    private readonly bool IsRepeatedInstance()
    {
        // A resource that is said to have no instances can have none, before or behind.
        if (_records.IsOfAllInstances)
        {
            return true;
        }

        Lwm2mPath path = _records.Path;
        if (path.Packed > _highest.Packed)
        {
            return false;
        }

        // Sorted ones have all that is equal side by side, and what is said of all instances behind those.
        if (_isSorted)
        {
            return true;
        }

        RecordReader before = _records.Rewound();
        while (before.Next() && before.Position < _records.Position)
        {
            if (before.Path == path || before.IsOfAllInstances && before.Path.ResourceId == path.ResourceId)
            {
                return true;
            }
        }

        return false;
    }

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

    private readonly bool WasSeen(int index) => (_seen[index >> 6] >> (index & 63) & 1) != 0;

    // Which of 64 resources the generated code is led to once more after the payload's end.
    private readonly ulong MustSettle(int word)
    {
        if (_mode == ReadMode.WriteUpdate || _path.Depth == 4)
        {
            return 0;
        }

        ulong seen = _seen[word];
        ulong gathered = seen & _definition.MultipleBits[word];
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
        return gathered | replaced & ~seen & _target.PresentBits(word);
    }
}
