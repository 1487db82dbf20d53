using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>
/// The sessions of a <see cref="SecuredProtocol"/>: by address, by the peer's name, by last use, and by deadline. All memory is taken at
/// the start.
/// </summary>
internal sealed class SessionTable
{
    // The first byte of a name: no address begins like this (UdpAddress).
    private const byte Association = 0xa5;
    private const int NameLength = 16;

    internal struct Entry
    {
        public SecuritySession? Session;
        public PeerId Address;
        public PeerId Name;
        public Instant HandshakeEnds;
        public Instant LastUsed;
        public byte[]? Held;
        public int Successor;
        public int Newer;
        public int Older;
        public bool IsOpen;
        public bool IsClient;
        public bool IsQueued;
        public bool IsRetired;
    }

    private readonly Entry[] _entries;
    private readonly Stack<int> _free;
    private readonly Dictionary<PeerId, int> _byAddress;
    private readonly DeadlineHeap _deadlines;
    private readonly int[] _queue;
    private int _queueFirst;
    private int _queueCount;
    private int _newest = -1;
    private int _oldest = -1;
    private long _serial;

    public SessionTable(int capacity)
    {
        _entries = new Entry[capacity];
        _free = new Stack<int>(capacity);
        for (int i = capacity - 1; i >= 0; i--)
        {
            _free.Push(i);
        }

        _byAddress = new Dictionary<PeerId, int>(capacity);
        _deadlines = new DeadlineHeap(capacity);
        _queue = new int[capacity];
    }

    public int Capacity => _entries.Length;

    public int OpenCount { get; private set; }

    public int HandshakeCount { get; private set; }

    public bool HasRoom => _free.Count > 0;

    /// <summary>When the next session or handshake is due.</summary>
    public Instant? NextDeadline => _deadlines.Next;

    /// <summary>The open session unused for longest; -1 if none is open.</summary>
    public int Oldest => _oldest;

    public ref Entry this[int slot] => ref _entries[slot];

    /// <summary>
    /// The first session of an address: the open one if there is one, which the handshakes there follow as successors; -1 for none.
    /// </summary>
    public int Find(in PeerId address) => _byAddress.TryGetValue(address, out int slot) ? slot : -1;

    /// <summary>The session of a name that was given to the protocol; -1 if it is gone.</summary>
    public int FindName(in PeerId name)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        name.CopyTo(bytes);
        int slot = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        return IsName(name) && (uint)slot < (uint)_entries.Length && _entries[slot].Name == name ? slot : -1;
    }

    public static bool IsName(in PeerId peer)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        return peer.CopyTo(bytes) == NameLength && bytes[0] == Association;
    }

    /// <summary>
    /// Adds a session in its handshake. Those of the same address that are there already stay until this one is open.
    /// </summary>
    public int Add(SecuritySession session, in PeerId address, bool isClient, Instant handshakeEnds)
    {
        int slot = _free.Pop();
        session.Slot = slot;
        HandshakeCount++;
        _entries[slot] = new Entry
        {
            Session = session,
            Address = address,
            Name = MakeName(slot),
            HandshakeEnds = handshakeEnds,
            Successor = -1,
            Newer = -1,
            Older = -1,
            IsClient = isClient,
        };
        if (!_byAddress.TryAdd(address, slot))
        {
            int last = _byAddress[address];
            while (_entries[last].Successor >= 0)
            {
                last = _entries[last].Successor;
            }

            _entries[last].Successor = slot;
        }

        return slot;
    }

    /// <summary>Makes a session one of the open ones, and the first of its address.</summary>
    /// <returns>The open one that was the first before, which is to be ended; -1 if there was none.</returns>
    public int Open(int slot, Instant now)
    {
        ref Entry entry = ref _entries[slot];
        entry.IsOpen = true;
        HandshakeCount--;
        OpenCount++;
        PushNewest(slot, now);
        int first = Find(entry.Address);
        if (first == slot)
        {
            return -1;
        }

        ForgetAddress(slot);
        entry.Successor = first;
        _byAddress[entry.Address] = slot;
        return _entries[first].IsOpen ? first : -1;
    }

    /// <summary>Notes that an open session is in use.</summary>
    public void Touch(int slot, Instant now)
    {
        if (_newest != slot)
        {
            Unlink(slot);
            PushNewest(slot, now);
        }

        _entries[slot].LastUsed = now;
    }

    /// <summary>Gives a session another address.</summary>
    /// <returns>False if another session has it.</returns>
    public bool TryMove(int slot, in PeerId address)
    {
        ref Entry entry = ref _entries[slot];
        if (!_byAddress.TryAdd(address, slot))
        {
            return false;
        }

        ForgetAddress(slot);
        entry.Address = address;
        return true;
    }

    /// <summary>
    /// Ends a session's use: it has no address and no deadline any more, and is in the queue, which <see cref="Remove"/> follows once it
    /// has nothing to transmit.
    /// </summary>
    public void Retire(int slot)
    {
        ref Entry entry = ref _entries[slot];
        if (entry.IsRetired)
        {
            return;
        }

        entry.IsRetired = true;
        if (entry.IsOpen)
        {
            OpenCount--;
            Unlink(slot);
        }
        else
        {
            HandshakeCount--;
        }

        ForgetAddress(slot);
        _deadlines.Set(slot, null);
        Enqueue(slot);
    }

    /// <summary>Frees the place of a session that is retired and out of the queue.</summary>
    public void Remove(int slot)
    {
        SecuritySession session = _entries[slot].Session!;
        _entries[slot] = default;
        _free.Push(slot);
        session.Slot = -1;
        session.Dispose();
    }

    public void SetDeadline(int slot, Instant? due) => _deadlines.Set(slot, due);

    public bool TryTakeDue(Instant now, out int slot) => _deadlines.TryTake(now, out slot);

    /// <summary>Notes that a session may have something to transmit.</summary>
    public void Enqueue(int slot)
    {
        ref Entry entry = ref _entries[slot];
        if (!entry.IsQueued)
        {
            entry.IsQueued = true;
            _queue[(_queueFirst + _queueCount++) % _queue.Length] = slot;
        }
    }

    public bool TryPeekQueue([NotNullWhen(true)] out SecuritySession? session, out int slot)
    {
        slot = _queueCount > 0 ? _queue[_queueFirst] : -1;
        session = slot < 0 ? null : _entries[slot].Session;
        return session is not null;
    }

    public void Dequeue()
    {
        _entries[_queue[_queueFirst]].IsQueued = false;
        _queueFirst = (_queueFirst + 1) % _queue.Length;
        _queueCount--;
    }

    private PeerId MakeName(int slot)
    {
        Span<byte> name = stackalloc byte[NameLength];
        name.Clear();
        name[0] = Association;
        BinaryPrimitives.WriteInt32LittleEndian(name[4..], slot);
        BinaryPrimitives.WriteInt64LittleEndian(name[8..], ++_serial);
        return new PeerId(name);
    }

    // Its successor takes its place.
    private void ForgetAddress(int slot)
    {
        ref Entry entry = ref _entries[slot];
        int before = Find(entry.Address);
        if (before == slot && entry.Successor < 0)
        {
            _byAddress.Remove(entry.Address);
        }
        else if (before == slot)
        {
            _byAddress[entry.Address] = entry.Successor;
        }
        else
        {
            while (_entries[before].Successor != slot)
            {
                before = _entries[before].Successor;
            }

            _entries[before].Successor = entry.Successor;
        }

        entry.Successor = -1;
    }

    private void PushNewest(int slot, Instant now)
    {
        ref Entry entry = ref _entries[slot];
        entry.LastUsed = now;
        entry.Newer = -1;
        entry.Older = _newest;
        if (_newest >= 0)
        {
            _entries[_newest].Newer = slot;
        }
        else
        {
            _oldest = slot;
        }

        _newest = slot;
    }

    private void Unlink(int slot)
    {
        ref Entry entry = ref _entries[slot];
        if (entry.Newer >= 0)
        {
            _entries[entry.Newer].Older = entry.Older;
        }
        else
        {
            _newest = entry.Older;
        }

        if (entry.Older >= 0)
        {
            _entries[entry.Older].Newer = entry.Newer;
        }
        else
        {
            _oldest = entry.Newer;
        }
    }
}
