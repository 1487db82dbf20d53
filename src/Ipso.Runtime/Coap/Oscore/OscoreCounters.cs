namespace Ipso.Coap.Oscore;

/// <summary>What has been counted since a protection exists. Read at any time; the values are approximate.</summary>
public sealed class OscoreCounters
{
    /// <summary>Messages protected, repetitions not counted.</summary>
    public long Protected { get; internal set; }

    /// <summary>Messages verified and decrypted.</summary>
    public long Unprotected { get; internal set; }

    /// <summary>Messages that could not be protected: no sequence number, no context any more, or an option that cannot be.</summary>
    public long Unsent { get; internal set; }

    /// <summary>Messages that a proxy had cut into outer blocks, which are not put together here (RFC 8613, 4.1.3.4.2; 4.02).</summary>
    public long OuterBlocks { get; internal set; }

    /// <summary>Messages whose OSCORE option or payload was none (4.02).</summary>
    public long Malformed { get; internal set; }

    /// <summary>Requests of a kid without context (4.01).</summary>
    public long UnknownContexts { get; internal set; }

    /// <summary>Messages whose number has come before, or was too old to know (4.01).</summary>
    public long Replays { get; internal set; }

    /// <summary>Messages that were forged or damaged (4.00).</summary>
    public long Undecryptable { get; internal set; }

    /// <summary>How often keys were derived anew (RFC 8613, Appendix B.2).</summary>
    public long Renewals { get; internal set; }

    /// <summary>Counts a message that was to be sent.</summary>
    /// <returns>Whether it can be.</returns>
    internal bool Sent(OscoreFault fault)
    {
        bool isSent = fault == OscoreFault.None;
        Protected += isSent ? 1 : 0;
        Unsent += isSent ? 0 : 1;
        return isSent;
    }

    /// <summary>Counts a message that has come.</summary>
    internal void Received(OscoreFault fault)
    {
        switch (fault)
        {
            case OscoreFault.None:
                Unprotected++;
                break;
            case OscoreFault.Malformed:
                Malformed++;
                break;
            case OscoreFault.OuterBlocks:
                OuterBlocks++;
                break;
            case OscoreFault.UnknownContext:
                UnknownContexts++;
                break;
            case OscoreFault.Replayed:
                Replays++;
                break;
            default:
                Undecryptable++;
                break;
        }
    }
}
