namespace Ipso.Fuzz.Scripts;

/// <summary>The kinds of steps, the lowest five bits of a step. What comes of the network differs from engine to engine.</summary>
internal static class ScriptSteps
{
    // Of the time and of the application.
    internal const byte PassTime = 0, PassDeadlines = 1, Request = 2, RequestWithBody = 3, Cancel = 4, Forget = 5, Proceed = 6, Notify = 7,
        NotifyObserver = 8, Resume = 9, RemoveObservers = 10, CallEarly = 11, ResumeAndRequest = 12;

    /// <summary>The first of the network.</summary>
    internal const byte OfNetwork = 16;

    internal const byte Bytes = 16, PeerRequest = 17, PeerResponse = 18, DamagedRequest = 19, Repeat = 20, Block = 21;

    // Of datagrams.
    internal const byte GroupRequest = 22, TransportFailure = 23, Empty = 24;

    // Of streams.
    internal const byte Open = 22, Close = 23, Signal = 24, OwnSignal = 25, Cut = 26, GiveWay = 27;

    // Of datagrams behind security.
    internal const byte Handshake = 25, SecuredBytes = 26, Connect = 27, EndSession = 28;

    /// <summary>A block of a robust request body (RFC 9177).</summary>
    internal const byte RobustBlock = 29;

    /// <summary>What the engine has sent is answered; and everything else is.</summary>
    internal const byte Answer = 31;

    /// <summary>The messages that come of a step wait.</summary>
    internal const byte HoldsMessages = 0x80;

    /// <summary>The events that come of a step wait.</summary>
    internal const byte HoldsEvents = 0x40;

    /// <summary>A second passes before.</summary>
    internal const byte PassesTime = 0x20;

    /// <summary>Where the kind is.</summary>
    internal const byte Kind = 0x1f;
}
