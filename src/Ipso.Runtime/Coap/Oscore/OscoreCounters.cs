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

    /// <summary>Messages whose OSCORE option or payload was none (4.02).</summary>
    public long Malformed { get; internal set; }

    /// <summary>Requests of a kid without context (4.01).</summary>
    public long UnknownContexts { get; internal set; }

    /// <summary>Messages whose number has come before, or was too old to know (4.01).</summary>
    public long Replays { get; internal set; }

    /// <summary>Messages that were forged or damaged (4.00).</summary>
    public long Undecryptable { get; internal set; }
}
