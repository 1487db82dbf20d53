namespace Ipso.Fuzz.Servers;

/// <summary>The kinds of steps of a server's script, the lowest five bits of a step.</summary>
internal static class ServerSteps
{
    // What devices do.
    internal const byte Register = 0, Update = 1, Deregister = 2, Bootstrap = 3, BootstrapPack = 4, Send = 5, Answer = 6, WrongAnswer = 7,
        Notify = 8, Empty = 9, Repeat = 10, Damage = 11, Bytes = 12, Elsewhere = 13;

    // What the transport and the store do, and the time.
    internal const byte Identify = 14, Fail = 15, PassTime = 16, PassDeadlines = 17, Store = 18, StoreMode = 19;

    // What the program does.
    internal const byte Submit = 20, Observe = 21, CancelOperation = 22, CancelObservation = 23, Remove = 24, Meddle = 25,
        Enqueue = 26;

    /// <summary>All requests that wait for an answer have one; and everything else is.</summary>
    internal const byte AnswerAll = 31;

    /// <summary>A second passes before.</summary>
    internal const byte PassesTime = 0x20;

    /// <summary>What the server has to send stays with it for now.</summary>
    internal const byte Holds = 0x80;

    /// <summary>Where the kind is.</summary>
    internal const byte Kind = 0x1f;
}
