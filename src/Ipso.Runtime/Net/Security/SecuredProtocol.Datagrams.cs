using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

// The way of the datagrams, in and out.
public sealed partial class SecuredProtocol
{
    // A session whose deadline stays in the past after it was served is served again this much later.
    private static readonly TimeSpan s_leastWait = TimeSpan.FromMilliseconds(1);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        DatagramSecurity security = _select(from);
        if (security.IsTransparent)
        {
            _inner.Receive(datagram, from, now);
            return;
        }

        DatagramVerdict? verdict = null;
        for (int slot = _sessions.Find(from); slot >= 0; slot = _sessions[slot].Successor)
        {
            verdict = Deliver(slot, datagram, from, now);
            if (IsTaken(verdict))
            {
                return;
            }
        }

        Inspect(security, datagram, verdict, from, now);
    }

    /// <inheritdoc/>
    /// <remarks>Sessions are with one peer: what was sent to a group is for the protocol only where there is no security.</remarks>
    public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        if (_select(from).IsTransparent)
        {
            _inner.ReceiveMulticast(datagram, from, now);
        }
        else
        {
            Counters.ToGroup++;
        }
    }

    /// <inheritdoc/>
    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
        int slot = _sessions.Find(peer);
        _inner.PeerFailed(slot < 0 ? peer : _sessions[slot].Name, failure, now);
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        while (_sessions.TryTakeDue(now, out int slot))
        {
            ref SessionTable.Entry entry = ref _sessions[slot];
            if (!entry.IsOpen && entry.HandshakeEnds <= now)
            {
                End(slot, now);
                continue;
            }

            entry.Session!.OnDeadline(now);
            Follow(slot, now);
            if (entry.Session.NextDeadline <= now && !entry.IsRetired)
            {
                _sessions.SetDeadline(slot, now + s_leastWait);
            }
        }

        while (_sessions.Oldest is >= 0 and var oldest && _sessions[oldest].LastUsed + _options.IdleTimeout <= now)
        {
            Counters.Idle++;
            End(oldest, now);
        }

        _inner.OnDeadline(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        if (_replyCount > 0)
        {
            (PeerId to, int length) = _replyTo[_replyFirst];
            _replies.AsSpan(_replyFirst * MaxReply, length).CopyTo(buffer);
            _replyFirst = (_replyFirst + 1) % Replies;
            _replyCount--;
            transmit = new Transmit(to, length);
            return true;
        }

        return TryTransmitSession(buffer, now, out transmit) || TryTransmitMessage(buffer, now, out transmit);
    }

    private bool TryTransmitSession(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_sessions.TryPeekQueue(out SecuritySession? session, out int slot))
        {
            ref SessionTable.Entry entry = ref _sessions[slot];
            if (session.TryTransmit(buffer, now, out int length))
            {
                transmit = new Transmit(entry.Address, length);
                return true;
            }

            if (entry is { Held: { } held, IsOpen: true, IsRetired: false })
            {
                entry.Held = null;
                if (TryProtect(slot, held, buffer, now, out transmit))
                {
                    return true;
                }

                // It may have ended over it, and have last words.
                continue;
            }

            _sessions.Dequeue();
            if (entry.IsRetired)
            {
                _sessions.Remove(slot);
            }
        }

        transmit = default;
        return false;
    }

    private bool TryTransmitMessage(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_inner.TryTransmit(_plain, now, out transmit))
        {
            ReadOnlySpan<byte> message = _plain.AsSpan(0, transmit.Length);
            if (!SessionTable.IsName(transmit.To))
            {
                message.CopyTo(buffer);
                return true;
            }

            int slot = _sessions.FindName(transmit.To);
            if (slot < 0 || !_sessions[slot].IsOpen)
            {
                Hold(slot, message);
                continue;
            }

            if (TryProtect(slot, message, buffer, now, out transmit) || TryTransmitSession(buffer, now, out transmit))
            {
                return true;
            }
        }

        return false;
    }

    // Where a message cannot be protected, the protocol is told why: it is too long, or it was the end of the session.
    private bool TryProtect(int slot, ReadOnlySpan<byte> message, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        ref SessionTable.Entry entry = ref _sessions[slot];
        int length = entry.Session!.Protect(message, buffer, now);
        if (length > 0)
        {
            _sessions.Touch(slot, now);
            _sessions.SetDeadline(slot, entry.Session.NextDeadline);
            transmit = new Transmit(entry.Address, length);
            return true;
        }

        transmit = default;
        Counters.NotSent++;
        Follow(slot, now);
        if (!entry.IsRetired)
        {
            _inner.PeerFailed(entry.Name, PeerFailure.MessageTooLong, now);
        }

        return false;
    }

    // The first message of a client waits for its handshake, so that it need not wait for its retransmission.
    private void Hold(int slot, ReadOnlySpan<byte> message)
    {
        if (slot < 0 || _sessions[slot].IsRetired || _sessions[slot].Held is not null || message.Length > _options.MaxHeldMessage)
        {
            Counters.NotSent++;
            return;
        }

        _sessions[slot].Held = message.ToArray();
    }

    // The verdict is that of the sessions of the sender's address; null if there are none.
    private void Inspect(
        DatagramSecurity security, ReadOnlySpan<byte> datagram, DatagramVerdict? verdict, in PeerId from, Instant now)
    {
        int begun = FindBegun(from);
        bool mayAccept = MayAccept(instead: begun);
        Span<byte> reply = stackalloc byte[MaxReply];
        switch (security.Inspect(datagram, from, mayAccept, now, reply, out int length, out SecuritySession? session))
        {
            case Inspection.Reply when _replyCount < Replies:
                Counters.Challenges++;
                int place = (_replyFirst + _replyCount++) % Replies;
                reply[..length].CopyTo(_replies.AsSpan(place * MaxReply));
                _replyTo[place] = (from, length);
                break;
            case Inspection.Reply:
                Counters.Unanswered++;
                break;
            case Inspection.Accept when session is not null && mayAccept:
                if (begun >= 0)
                {
                    End(begun, now);
                }

                Deliver(Add(session, from, isClient: false, now), datagram, from, now);
                break;
            case Inspection.Accept or Inspection.Refuse:
                // Where one was made against the agreement, nobody would own it.
                session?.Dispose();
                Counters.HandshakesRefused++;
                break;
            case Inspection.Route when session is { Slot: >= 0 } && IsElsewhere(session.Slot, from):
                verdict = Deliver(session.Slot, datagram, from, now);
                CountUnlessTaken(verdict);
                break;
            default:
                CountUnlessTaken(verdict);
                break;
        }
    }

    private static bool IsTaken(DatagramVerdict? verdict) => verdict >= DatagramVerdict.Handshake;

    private void CountUnlessTaken(DatagramVerdict? verdict)
    {
        switch (verdict)
        {
            case null:
                Counters.Stray++;
                break;
            case DatagramVerdict.Discarded:
                Counters.Unauthentic++;
                break;
            case DatagramVerdict.Malformed:
                Counters.Malformed++;
                break;
            case DatagramVerdict.Surplus:
                Counters.Surplus++;
                break;
            default:
                break;
        }
    }

    // A session of the sender's own address has had its look at the datagram.
    private bool IsElsewhere(int slot, in PeerId from) => !_sessions[slot].IsRetired && _sessions[slot].Address != from;

    // What a peer has begun with us and not finished. When it begins anew it has given that up; an open session stays until the new one is,
    // and what we have begun is ours.
    private int FindBegun(in PeerId from)
    {
        int slot = _sessions.Find(from);
        while (slot >= 0 && (_sessions[slot].IsOpen || _sessions[slot].IsClient))
        {
            slot = _sessions[slot].Successor;
        }

        return slot;
    }

    private DatagramVerdict Deliver(int slot, ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        SecuritySession session = _sessions[slot].Session!;
        DatagramVerdict verdict = session.Receive(datagram, _plain, now, out int length);
        if (!IsTaken(verdict))
        {
            return verdict;
        }

        if (verdict == DatagramVerdict.AuthenticAndNewest && _sessions[slot].Address != from && _sessions.TryMove(slot, from))
        {
            Counters.Moved++;
        }

        if (verdict == DatagramVerdict.Handshake)
        {
            Follow(slot, now);
            return verdict;
        }

        // Each record may open the session or end it, one that holds nothing too, and so may whoever a message is handed to.
        do
        {
            Follow(slot, now);
            ref SessionTable.Entry entry = ref _sessions[slot];
            if (entry is not { IsOpen: true, IsRetired: false })
            {
                return verdict;
            }

            if (length > 0)
            {
                _sessions.Touch(slot, now);
                _inner.Receive(_plain.AsSpan(0, length), entry.Name, now);
            }
        }
        while (_sessions[slot].Session == session && session.TryReadMore(_plain, out length));

        Follow(slot, now);
        return verdict;
    }
}
