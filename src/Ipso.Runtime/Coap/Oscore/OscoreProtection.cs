using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

/// <summary>
/// OSCORE for the endpoints whose options name it (RFC 8613): a bounded table of security contexts, found by kid and kid context for what
/// comes in, and by peer for requests of our own. May be used by any thread, and by several endpoints, such as one over UDP and one over
/// TCP.
/// </summary>
/// <remarks>
/// Blocks are those of the inner message (RFC 8613, 4.1.3.4.1); a message that comes in outer blocks, which only proxies make, is answered
/// with 4.02, and so are the blocks of RFC 9177: MAX_UNFRAGMENTED_SIZE is what fits into one message. A proxy is asked by Proxy-Scheme
/// (<see cref="CoapRequestHead.ProxyScheme"/>), and Proxy-Uri is not protected.
/// </remarks>
public sealed partial class OscoreProtection : MessageProtection, IDisposable
{
    private struct Entry
    {
        public SecurityContext? Context;
        public uint Generation;
        public bool HasPeer;
        public bool IsBound;
        public PeerId Peer;
    }

    private readonly Lock _lock = new();
    private readonly Entry[] _entries;
    private readonly HashChains _byKid;
    private readonly HashChains _byPeer;
    private readonly IndexLinks _links;
    private IndexList _free;
    private int _longestIdContext;
    private readonly int _forAll = -1;

    /// <summary>Makes an empty table.</summary>
    /// <param name="maxContexts">How many contexts there may be, 1 to 1048576.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public OscoreProtection(int maxContexts = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxContexts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxContexts, 1 << 20);
        _entries = new Entry[maxContexts];
        _byKid = new HashChains(maxContexts);
        _byPeer = new HashChains(maxContexts);
        _links = new IndexLinks(maxContexts);
        for (int i = 0; i < maxContexts; i++)
        {
            _links.AddLast(ref _free, i);
        }
    }

    /// <summary>Makes a table with a context for all that is asked of others: what a client of one server wants.</summary>
    /// <param name="context">The context, which belongs to the table from here on.</param>
    public OscoreProtection(SecurityContext context)
        : this(1)
    {
        TryAdd(context, null);
        _forAll = 0;
        RequiresProtection = true;
    }

    /// <summary>
    /// Whether every request has to be protected: any other is answered with 4.01, and none of ours is made where there is no context. If
    /// not, that goes for the peers that a context was added for. False.
    /// </summary>
    public bool RequiresProtection { get; init; }

    /// <summary>
    /// Asked about requests that no context is there for, which are answered with 4.01 otherwise; <see langword="null"/> where all contexts are
    /// here.
    /// </summary>
    public OscoreContextSeeker? Seeker { get; set; }

    /// <summary>What has been counted.</summary>
    public OscoreCounters Counters { get; } = new();

    /// <summary>How many contexts there are.</summary>
    public int Count => _entries.Length - _free.Count;

    /// <summary>
    /// Adds a context, for whoever makes requests under it. Requests of ours go to where its last one came from, unless they go to another's
    /// there: an address stays with the context that had it first, until that one's requests come from elsewhere.
    /// </summary>
    /// <param name="context">The context, which belongs to the table from here on.</param>
    /// <returns>False if there are too many, or there is one of its Recipient ID and ID Context.</returns>
    public bool TryAdd(SecurityContext context) => TryAdd(context, null);

    /// <summary>
    /// Adds a context for a peer: all requests to it are protected, all from there are to be, and under the context they come from nowhere
    /// else.
    /// </summary>
    /// <param name="context">The context, which belongs to the table from here on.</param>
    /// <param name="peer">The peer.</param>
    /// <returns>False if there are too many, or there is one of its Recipient ID and ID Context, or one for the peer.</returns>
    public bool TryAdd(SecurityContext context, in PeerId peer) => TryAdd(context, (PeerId?)peer);

    /// <summary>A context of the table is for a peer from now on, and for no other.</summary>
    /// <param name="context">The context.</param>
    /// <param name="peer">The peer.</param>
    /// <returns>False if it is not here, or there is another for the peer; nothing has changed then.</returns>
    public bool Bind(SecurityContext context, in PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
            int index = IndexOf(context.RecipientId, context.IdContext);
            if (index < 0 || _entries[index].Context != context || FindPeer(peer, isBound: true) is >= 0 and int other && other != index)
            {
                return false;
            }

            Unbind(index);
            _entries[index].IsBound = true;
            Follow(index, peer);
            return true;
        }
    }

    /// <summary>Removes a context and forgets its keys. What is under way under it gets no answer any more.</summary>
    /// <param name="context">The context.</param>
    /// <returns>False if it is not here.</returns>
    public bool Remove(SecurityContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
            int index = IndexOf(context.RecipientId, context.IdContext);
            if (index < 0 || _entries[index].Context != context)
            {
                return false;
            }

            Remove(index);
            return true;
        }
    }

    /// <summary>Forgets all keys.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            for (int i = 0; i < _entries.Length; i++)
            {
                if (_entries[i].Context is not null)
                {
                    Remove(i);
                }
            }
        }
    }

    internal override int ResponseOverhead => OscoreMessages.ResponseOverhead;

    internal override int RequestOverhead => OscoreMessages.Overhead + _longestIdContext;

    internal override bool RefusesPlain(in PeerId from)
    {
        if (RequiresProtection)
        {
            return true;
        }

        lock (_lock)
        {
            return FindPeer(from, isBound: true) >= 0;
        }
    }

    internal override bool TryGetContext(in PeerId to, out ulong context)
    {
        lock (_lock)
        {
            int index = FindPeer(to, isBound: true) is >= 0 and int bound ? bound : FindPeer(to, isBound: false);
            index = index >= 0 || _forAll < 0 || _entries[_forAll].Context is null ? index : _forAll;
            context = index >= 0 ? NumberOf(index) : 0;
            return index >= 0 || !RequiresProtection;
        }
    }

    internal override PeerIdentity? IdentityOf(in MessageBinding binding)
    {
        lock (_lock)
        {
            return Find(binding)?.Identity;
        }
    }

    internal override int ProtectRequest(in CoapMessage message, ref MessageBinding binding, Span<byte> destination)
    {
        lock (_lock)
        {
            int length = 0;
            OscoreFault fault = Find(binding.Context) is { } context
                ? OscoreMessages.ProtectRequest(context, message, destination, out length, ref binding)
                : OscoreFault.UnknownContext;
            return Counters.Sent(fault) ? length : -1;
        }
    }

    internal override int ProtectResponse(in CoapMessage message, in MessageBinding binding, Span<byte> destination)
    {
        lock (_lock)
        {
            int length = 0;
            OscoreFault fault = Find(binding) is { } context
                ? OscoreMessages.ProtectResponse(context, message, binding, binding.HasOwnNumber, destination, out length)
                : OscoreFault.UnknownContext;
            return Counters.Sent(fault) ? length : -1;
        }
    }

    internal override CoapCode UnprotectRequest(
        in CoapMessage message, in PeerId from, Span<byte> workspace, Span<byte> destination, out int length, out MessageBinding binding,
        out RequestStanding standing)
    {
        length = 0;
        binding = default;
        standing = RequestStanding.Unproven;
        lock (_lock)
        {
            OscoreFault fault = IsPiece(message) ? OscoreFault.OuterBlocks : OscoreFault.Malformed;
            if (fault == OscoreFault.Malformed && message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
                && OscoreOption.TryRead(value, out OscoreOption option) && option.HasKid && !option.PartialIv.IsEmpty
                && !message.Payload.IsEmpty)
            {
                fault = OscoreFault.UnknownContext;
                for (int i = _byKid.First(TableHash.Of(option.Kid)); i >= 0; i = _byKid.Next(i))
                {
                    SecurityContext context = _entries[i].Context!;
                    bool isCurrent = Matches(context, option);
                    if (!(isCurrent || Renews(context, option)) || (_entries[i].IsBound && _entries[i].Peer != from))
                    {
                        continue;
                    }

                    RequestStanding known = context.HasLostReplayWindow ? RequestStanding.Unproven : RequestStanding.Proven;
                    fault = isCurrent
                        ? OscoreMessages.UnprotectRequest(context, message, option, workspace, destination, out length, out binding)
                        : UnprotectRenewing(context, message, option, workspace, destination, out length, out binding, out known);
                    if (fault == OscoreFault.None)
                    {
                        binding.Context = NumberOf(i);
                        standing = known;
                        Accept(i, binding, from, known == RequestStanding.Proven);
                        break;
                    }
                }

                if (fault == OscoreFault.UnknownContext && Seeker is { } seeker && Seeks(seeker, option))
                {
                    standing = RequestStanding.Sought;
                    return CoapCode.Empty;
                }
            }

            Counters.Received(fault);
            return OscoreFaults.CodeOf(fault);
        }
    }

    // The lock was open since the request was verified: another endpoint may have taken one, or the context may be gone.
    internal override bool TryRecover(in MessageBinding binding, in PeerId from)
    {
        lock (_lock)
        {
            OscoreFault fault = Find(binding) is not { } context ? OscoreFault.UnknownContext
                : context.TryRecoverWindow(binding.Number) ? OscoreFault.None
                : OscoreFault.Replayed;
            if (fault != OscoreFault.None)
            {
                Counters.Received(fault);
                return false;
            }

            Follow(IndexOf(binding.Context), from);
            return true;
        }
    }

    internal override void TakeBack(in MessageBinding binding)
    {
        lock (_lock)
        {
            Find(binding)?.TakeBack(binding.Number);
        }
    }

    internal override bool TryUnprotectResponse(
        in CoapMessage message, ref MessageBinding binding, Span<byte> workspace, Span<byte> destination, out int length)
    {
        length = 0;
        lock (_lock)
        {
            OscoreFault fault = IsPiece(message) ? OscoreFault.OuterBlocks : OscoreFault.Malformed;
            if (fault == OscoreFault.Malformed && message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
                && OscoreOption.TryRead(value, out OscoreOption option))
            {
                fault = Find(binding) is not { } context ? OscoreFault.UnknownContext
                    : context.RenewsKeys && option.HasKidContext
                    ? UnprotectOffer(context, message, option, ref binding, workspace, destination, out length)
                    : OscoreMessages.UnprotectResponse(context, message, option, ref binding, workspace, destination, out length);
            }

            Counters.Received(fault);
            return fault == OscoreFault.None;
        }
    }

    // RFC 8613, 4.1.3.4.2: what a proxy has cut into blocks would have to be put together before it is verified, and kept for whoever sends
    // it. A request with Block2 is whole: of its response, which is too, the proxy may make blocks.
    private static bool IsPiece(in CoapMessage message)
    {
        bool isRequest = message.Code.IsRequest;
        foreach (CoapOption option in message.Options)
        {
            if (option.Number is CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2
                || option.Number == (isRequest ? CoapOptionNumber.Block1 : CoapOptionNumber.Block2))
            {
                return true;
            }
        }

        return false;
    }

    // Where it throws there is no context.
    private static bool Seeks(OscoreContextSeeker seeker, in OscoreOption option)
    {
#pragma warning disable CA1031 // What the application throws is not to reach whoever drives the engine.
        try
        {
            return seeker(option.Kid, option.KidContext);
        }
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031
    }

    // RFC 8613, 8.2, step 2: without kid context, each context of the kid is tried.
    private static bool Matches(SecurityContext context, in OscoreOption option) =>
        context.RecipientId.SequenceEqual(option.Kid)
        && (!option.HasKidContext || context.KidContext.SequenceEqual(option.KidContext));

    private static bool Renews(SecurityContext context, in OscoreOption option) =>
        context.RenewsKeys && option.HasKidContext && context.RecipientId.SequenceEqual(option.Kid);

    private bool TryAdd(SecurityContext context, PeerId? peer)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
            if (IndexOf(context.RecipientId, context.IdContext) >= 0 || _free.Count == 0
                || (peer is { } taken && FindPeer(taken, isBound: true) >= 0))
            {
                return false;
            }

            int index = _links.TakeFirst(ref _free);
            ref Entry entry = ref _entries[index];
            entry = new Entry { Context = context, Generation = entry.Generation + 1 };
            _byKid.Add(TableHash.Of(context.RecipientId), index);
            _longestIdContext = Math.Max(
                _longestIdContext,
                context.RenewsKeys ? KeyRenewal.MaxIdContext + 3 : context.SendsIdContext ? context.IdContext.Length + 1 : 0);
            if (peer is { } known)
            {
                entry.IsBound = true;
                Follow(index, known);
            }

            return true;
        }
    }
}
