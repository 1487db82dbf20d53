namespace Ipso.Coap.Engine;

/// <summary>What an entry of <see cref="BlockTransfers"/> holds.</summary>
internal enum TransferKind : byte
{
    None,

    /// <summary>A request body, of which blocks are missing (RFC 7959, Block1).</summary>
    Request,

    /// <summary>A response body that is given out block by block (RFC 7959, Block2).</summary>
    Response,

    /// <summary>A robust request body that is whole: what it was answered with, for blocks that come again (RFC 9177, 4.3).</summary>
    Answered,
}

/// <summary>
/// The block-wise transfers of the server role: request bodies that are being gathered and response bodies that are being given out, each
/// for one peer and one operation. Bounded by number, bytes and time.
/// </summary>
internal sealed class BlockTransfers
{
    internal struct Transfer
    {
        public PeerId Peer;
        public ulong Key;
        public TransferKind Kind;
        public PagedBytes Bytes;
        public Instant UsedAt;

        /// <summary>How many bytes of the body have come in, or, of a body that is pulled, have been read.</summary>
        public long Offset;

        // A request body.
        public ICoapBodySink? Sink;

        // A response body: what each of its blocks says, and where the bytes come from if they are not kept.
        public ICoapBody? Body;
        public CoapETag ETag;
        public uint? MaxAge;
        public ContentFormat? ContentFormat;
        public CoapCode Code;
        public ulong PayloadHash;

        /// <summary>Whether the body that is pulled has ended at <see cref="Offset"/>.</summary>
        public bool IsComplete;

        // Of a robust transfer (RFC 9177): its state, and the token of the last request.
        public bool IsRobust;
        public bool IsWaiting;

        /// <summary>Of a notification: what each block says in Observe, so long as the client has asked for none itself.</summary>
        public uint? Observe;
        public int TokenLength;
        public SentMessages Messages;
        public RobustTransfer Robust;
    }

    // An object each: what an array is of, and what that has in its fields, a native compiler takes for boxed, and keeps all that compares it.
    private sealed class Cell
    {
        public Transfer Transfer;
    }

    private readonly Cell[] _transfers;
    private readonly byte[] _tokens;
    private readonly int _maxTokenLength;
    private readonly HashChains _byKey;

    // Those that are robust, or were when they began.
    private readonly HashChains _robustByPeer;
    private readonly IndexLinks _links;
    private readonly TimerHeap _timers;

    // How long an entry lives that nobody asks for, and how long a request body that does not go on is safe from giving way to another.
    private readonly TimeSpan _lifetime;
    private readonly TimeSpan _grace;
    private readonly CoapCounters _counters;

    // An entry is in one of three lists: free, requests or responses, those used last at the end.
    private IndexList _free;
    private IndexList _requests;
    private IndexList _responses;

    // Besides, it may be in the list of those that have something to send.
    private readonly IndexLinks _waitingLinks;
    private IndexList _waiting;

    /// <param name="options">How many there may be, and for how long.</param>
    /// <param name="pages">Where the bytes lie.</param>
    /// <param name="counters">Where refusals and the like are counted.</param>
    public BlockTransfers(CoapEndpointOptions options, PagePool pages, CoapCounters counters)
    {
        int transfers = options.Transfers;
        _maxTokenLength = options.MaxTokenLength;
        _transfers = new Cell[transfers];
        for (int i = 0; i < transfers; i++)
        {
            _transfers[i] = new();
        }

        _tokens = new byte[transfers * _maxTokenLength];
        _byKey = new HashChains(transfers);
        _robustByPeer = new HashChains(transfers);
        _links = new IndexLinks(transfers);
        _waitingLinks = new IndexLinks(transfers);
        _timers = new TimerHeap(transfers);
        _lifetime = options.TransferLifetime;
        _grace = options.Transmission.MaxTransmitSpan;
        _counters = counters;
        Pages = pages;
        for (int i = 0; i < transfers; i++)
        {
            _links.AddLast(ref _free, i);
        }
    }

    public PagePool Pages { get; }

    public int Count => _transfers.Length - _free.Count;

    public Instant NextDeadline => _timers.Next;

    public ref Transfer this[int index] => ref _transfers[index].Transfer;

    /// <summary>The token of the last request of a robust transfer, which what is sent for it bears.</summary>
    public ReadOnlySpan<byte> TokenOf(int index) => _tokens.AsSpan(index * _maxTokenLength, this[index].TokenLength);

    /// <summary>Keeps the token of the last request of a robust transfer.</summary>
    public void SetToken(int index, ReadOnlySpan<byte> token)
    {
        this[index].TokenLength = token.Length;
        token.CopyTo(_tokens.AsSpan(index * _maxTokenLength, _maxTokenLength));
    }

    /// <summary>The transfer of a peer's operation; -1 if there is none.</summary>
    public int Find(TransferKind kind, in PeerId peer, ulong key)
    {
        int i = _byKey.First(HashOf(peer, key));
        while (i >= 0 && (this[i].Kind != kind || this[i].Key != key || this[i].Peer != peer))
        {
            i = _byKey.Next(i);
        }

        return i;
    }

    /// <summary>
    /// Begins a transfer in place of one of the same operation. When the table is full, a response gives way, or a request body that has
    /// not gone on for long; -1 if there is neither.
    /// </summary>
    public int Begin(TransferKind kind, in PeerId peer, ulong key, Instant now)
    {
        if (Find(kind, peer, key) is >= 0 and int existing)
        {
            End(existing, completed: false);
        }

        if (_free.Count == 0 && !TryMakeRoom(now))
        {
            _counters.TransfersRefused++;
            return -1;
        }

        int index = _links.TakeFirst(ref _free);
        this[index] = new Transfer { Kind = kind, Peer = peer, Key = key };
        _byKey.Add(HashOf(peer, key), index);
        _links.AddLast(ref ListOf(kind), index);
        Touch(index, now);
        return index;
    }

    /// <summary>
    /// Adds bytes to what a transfer keeps; responses give way if the pages are used up. False if that is not enough.
    /// </summary>
    public bool TryAppend(int index, ReadOnlySpan<byte> bytes, Instant now)
    {
        while (!Pages.TryAppend(ref this[index].Bytes, bytes))
        {
            if (!TryMakeRoomFor(index, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts bytes into what a transfer keeps, at an offset; otherwise as <see cref="TryAppend"/>.</summary>
    public bool TryWrite(int index, int offset, ReadOnlySpan<byte> bytes, Instant now)
    {
        while (!Pages.TryWrite(ref this[index].Bytes, offset, bytes))
        {
            if (!TryMakeRoomFor(index, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A transfer that has just begun is a robust one.</summary>
    public void BecomeRobust(int index, in RobustTransfer robust)
    {
        ref Transfer transfer = ref this[index];
        transfer.IsRobust = true;
        transfer.Robust = robust;
        _robustByPeer.Add(transfer.Peer.GetHashCode(), index);
    }

    /// <summary>The robust transfer that a message to a peer was part of; -1 if there is none that is still under way.</summary>
    public int FindSent(in PeerId peer, ushort messageId)
    {
        int i = _robustByPeer.First(peer.GetHashCode());
        while (i >= 0 && (!this[i].Messages.Has(messageId) || this[i].Peer != peer))
        {
            i = _robustByPeer.Next(i);
        }

        return i;
    }

    /// <summary>A robust transfer with a peer that is under way; -1 if there is none.</summary>
    public int FindRobust(in PeerId peer)
    {
        int i = _robustByPeer.First(peer.GetHashCode());
        while (i >= 0 && (this[i].Kind == TransferKind.Answered || this[i].Peer != peer))
        {
            i = _robustByPeer.Next(i);
        }

        return i;
    }

    /// <summary>A robust request body is whole: from here on the transfer keeps its answer.</summary>
    public void BecomeAnswered(int index, Instant now)
    {
        ref Transfer transfer = ref this[index];
        Pages.Release(ref transfer.Bytes);
        _links.Remove(ref ListOf(transfer.Kind), index);
        transfer.Kind = TransferKind.Answered;
        transfer.Sink = null;
        transfer.Messages.Clear();
        _links.AddLast(ref ListOf(transfer.Kind), index);
        Touch(index, now);
    }

    /// <summary>A transfer has something to send.</summary>
    public void Wait(int index)
    {
        if (!this[index].IsWaiting)
        {
            this[index].IsWaiting = true;
            _waitingLinks.AddLast(ref _waiting, index);
        }
    }

    /// <summary>Whether a transfer has something to send on its own.</summary>
    public bool HasWaiting => _waiting.First >= 0;

    /// <summary>The next transfer that has something to send.</summary>
    public bool TryTakeWaiting(out int index)
    {
        index = _waiting.First;
        if (index >= 0)
        {
            StopWaiting(index);
        }

        return index >= 0;
    }

    /// <summary>Sets when a transfer is due, unless its lifetime is over before.</summary>
    public void Wake(int index, Instant due)
    {
        Instant ends = EndOf(index);
        _timers.Set(index, due < ends ? due : ends);
    }

    /// <summary>When the lifetime of a transfer is over that does not go on.</summary>
    public Instant EndOf(int index) => this[index].UsedAt + _lifetime;

    /// <summary>The transfer goes on: its time begins anew.</summary>
    public void Touch(int index, Instant now)
    {
        ref IndexList list = ref ListOf(this[index].Kind);
        _links.Remove(ref list, index);
        _links.AddLast(ref list, index);
        this[index].UsedAt = now;
        _timers.Set(index, now + _lifetime);
    }

    /// <summary>Ends a transfer and gives back what it held.</summary>
    public void End(int index, bool completed)
    {
        ref Transfer transfer = ref this[index];
        ICoapBody? body = transfer.Body;
        ICoapBodySink? sink = transfer.Sink;
        Pages.Release(ref transfer.Bytes);
        StopWaiting(index);
        _byKey.Remove(index);
        if (transfer.IsRobust)
        {
            _robustByPeer.Remove(index);
        }

        _timers.Clear(index);
        _links.Remove(ref ListOf(transfer.Kind), index);
        _links.AddLast(ref _free, index);
        transfer = default;
        BodyCalls.Close(body, _counters);
        if (!completed)
        {
            BodyCalls.Abandon(sink, _counters);
        }
    }

    /// <summary>Ends what there is of a peer that is gone.</summary>
    public void EndAll(in PeerId peer)
    {
        for (int i = 0; i < _transfers.Length; i++)
        {
            if (this[i].Kind != TransferKind.None && this[i].Peer == peer)
            {
                _counters.TransfersDropped += this[i].Kind == TransferKind.Request ? 1 : 0;
                End(i, completed: false);
            }
        }
    }

    /// <summary>A transfer whose lifetime is over, or that wanted to be woken.</summary>
    public bool TryTakeDue(Instant now, out int index) => _timers.TryTakeDue(now, out index);

    /// <summary>Ends a transfer that nobody has gone on with in its lifetime.</summary>
    public void Expire(int index)
    {
        if (this[index].Kind == TransferKind.Request)
        {
            _counters.TransfersDropped++;
        }

        End(index, completed: false);
    }

    // Lets a response go, or a request body that has not gone on for long, so that another transfer has more pages.
    private bool TryMakeRoomFor(int index, Instant now)
    {
        int oldest = _responses.First == index ? _links.Next(index) : _responses.First;
        if (oldest < 0)
        {
            oldest = _requests.First == index ? _links.Next(index) : _requests.First;
            if (oldest < 0 || now - this[oldest].UsedAt < _grace)
            {
                _counters.TransfersRefused++;
                return false;
            }
        }

        _counters.TransfersDropped++;
        End(oldest, completed: false);
        return true;
    }

    private void StopWaiting(int index)
    {
        if (this[index].IsWaiting)
        {
            this[index].IsWaiting = false;
            _waitingLinks.Remove(ref _waiting, index);
        }
    }

    private bool TryMakeRoom(Instant now)
    {
        int oldest = _responses.First >= 0 ? _responses.First : _requests.First;
        if (oldest < 0 || (this[oldest].Kind == TransferKind.Request && now - this[oldest].UsedAt < _grace))
        {
            return false;
        }

        _counters.TransfersDropped++;
        End(oldest, completed: false);
        return true;
    }

    private ref IndexList ListOf(TransferKind kind)
    {
        if (kind == TransferKind.Request)
        {
            return ref _requests;
        }

        return ref _responses;
    }

    private static int HashOf(in PeerId peer, ulong key) => peer.GetHashCode() ^ (int)key ^ (int)(key >> 32);
}
