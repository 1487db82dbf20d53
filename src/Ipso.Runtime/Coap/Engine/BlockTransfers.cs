namespace Ipso.Coap.Engine;

/// <summary>What an entry of <see cref="BlockTransfers"/> holds.</summary>
internal enum TransferKind : byte
{
    None,

    /// <summary>A request body, of which blocks are missing (RFC 7959, Block1).</summary>
    Request,

    /// <summary>A response body that is given out block by block (RFC 7959, Block2).</summary>
    Response,
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
    }

    private readonly Transfer[] _transfers;
    private readonly HashChains _byKey;
    private readonly IndexLinks _links;
    private readonly TimerHeap _timers;
    private readonly TimeSpan _lifetime;
    private readonly TimeSpan _grace;
    private readonly CoapCounters _counters;

    // An entry is in one of three lists: free, requests or responses, those used last at the end.
    private IndexList _free;
    private IndexList _requests;
    private IndexList _responses;

    /// <param name="transfers">How many there may be.</param>
    /// <param name="pages">Where the bytes lie.</param>
    /// <param name="lifetime">How long an entry lives that nobody asks for.</param>
    /// <param name="grace">How long a request body that does not go on is safe from giving way to another.</param>
    /// <param name="counters">Where refusals and the like are counted.</param>
    public BlockTransfers(int transfers, PagePool pages, TimeSpan lifetime, TimeSpan grace, CoapCounters counters)
    {
        _transfers = new Transfer[transfers];
        _byKey = new HashChains(transfers);
        _links = new IndexLinks(transfers);
        _timers = new TimerHeap(transfers);
        _lifetime = lifetime;
        _grace = grace;
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

    public ref Transfer this[int index] => ref _transfers[index];

    /// <summary>The transfer of a peer's operation; -1 if there is none.</summary>
    public int Find(TransferKind kind, in PeerId peer, ulong key)
    {
        int i = _byKey.First(HashOf(peer, key));
        while (i >= 0 && (_transfers[i].Kind != kind || _transfers[i].Key != key || _transfers[i].Peer != peer))
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
        _transfers[index] = new Transfer { Kind = kind, Peer = peer, Key = key };
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
        while (!Pages.TryAppend(ref _transfers[index].Bytes, bytes))
        {
            int oldest = _responses.First == index ? _links.Next(index) : _responses.First;
            if (oldest < 0)
            {
                oldest = _requests.First == index ? _links.Next(index) : _requests.First;
                if (oldest < 0 || now - _transfers[oldest].UsedAt < _grace)
                {
                    _counters.TransfersRefused++;
                    return false;
                }
            }

            _counters.TransfersDropped++;
            End(oldest, completed: false);
        }

        return true;
    }

    /// <summary>The transfer goes on: its time begins anew.</summary>
    public void Touch(int index, Instant now)
    {
        ref IndexList list = ref ListOf(_transfers[index].Kind);
        _links.Remove(ref list, index);
        _links.AddLast(ref list, index);
        _transfers[index].UsedAt = now;
        _timers.Set(index, now + _lifetime);
    }

    /// <summary>Ends a transfer and gives back what it held.</summary>
    public void End(int index, bool completed)
    {
        ref Transfer transfer = ref _transfers[index];
        ICoapBody? body = transfer.Body;
        ICoapBodySink? sink = transfer.Sink;
        Pages.Release(ref transfer.Bytes);
        _byKey.Remove(index);
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
            if (_transfers[i].Kind != TransferKind.None && _transfers[i].Peer == peer)
            {
                _counters.TransfersDropped += _transfers[i].Kind == TransferKind.Request ? 1 : 0;
                End(i, completed: false);
            }
        }
    }

    /// <summary>Ends what nobody has asked for in its lifetime.</summary>
    public void OnDeadline(Instant now)
    {
        while (_timers.TryTakeDue(now, out int index))
        {
            if (_transfers[index].Kind == TransferKind.Request)
            {
                _counters.TransfersDropped++;
            }

            End(index, completed: false);
        }
    }

    private bool TryMakeRoom(Instant now)
    {
        int oldest = _responses.First >= 0 ? _responses.First : _requests.First;
        if (oldest < 0 || (_transfers[oldest].Kind == TransferKind.Request && now - _transfers[oldest].UsedAt < _grace))
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

/// <summary>Calls into bodies and sinks of the application: whatever they throw, the engine goes on.</summary>
internal static class BodyCalls
{
#pragma warning disable CA1031 // The application's faults are counted and end the transfer, not the endpoint.
    /// <summary>Reads a piece; -1 if the body cannot give it.</summary>
    public static int Read(ICoapBody body, long offset, Span<byte> destination, out bool isLast, CoapCounters counters)
    {
        try
        {
            int count = body.Read(offset, destination, out isLast);
            return count < 0 || count > destination.Length || (!isLast && count < destination.Length) ? -1 : count;
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
            isLast = true;
            return -1;
        }
    }

    /// <summary>Whether a body has the bytes at hand; one that throws is asked for them, and fails there.</summary>
    public static bool IsReady(ICoapBody body, long offset, int length)
    {
        try
        {
            return body.IsReady(offset, length);
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <summary>Whether a sink takes a block now; one that throws is given it, and fails there.</summary>
    public static bool IsReady(ICoapBodySink sink)
    {
        try
        {
            return sink.IsReady;
        }
        catch (Exception)
        {
            return true;
        }
    }

    public static bool Write(ICoapBodySink sink, ReadOnlySpan<byte> bytes, CoapCounters counters)
    {
        try
        {
            return sink.Write(bytes);
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
            return false;
        }
    }

    public static void Close(ICoapBody? body, CoapCounters counters)
    {
        try
        {
            body?.Close();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }

    public static void Restart(ICoapBodySink? sink, CoapCounters counters)
    {
        try
        {
            sink?.Restart();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }

    public static void Abandon(ICoapBodySink? sink, CoapCounters counters)
    {
        try
        {
            sink?.Abandon();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }
#pragma warning restore CA1031
}
