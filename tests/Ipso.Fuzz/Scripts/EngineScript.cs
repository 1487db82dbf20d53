using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Scripts;

/// <summary>
/// An engine under a script: any bytes are read as steps, of the network, of the time and of the application. Whatever they are, the engine
/// must stand them, keep its bounds, send nothing but valid messages, and come to rest when nothing more happens to it.
/// </summary>
/// <remarks>
/// A step is a byte (<see cref="ScriptSteps"/>), its choices the bytes behind it.
/// </remarks>
internal abstract partial class EngineScript(CoapFraming framing)
{
    private const int MaxSteps = 400;
    private const int MaxDeadlines = 5_000;

    private static readonly TimeSpan[] s_spans =
    [
        TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30),
        TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(250), TimeSpan.FromHours(25),
    ];

    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private readonly List<ExchangeId> _exchanges = new(64);
    private Digest _digest = new();
    private CoapEngine? _engine;

    /// <summary>The application.</summary>
    protected ScriptedApplication Application { get; } = new();

    /// <summary>What makes messages.</summary>
    protected MessageMaker Maker { get; } = new(framing);

    /// <summary>What the engine has sent.</summary>
    protected SentMessages Sent { get; } = new(framing);

    /// <summary>The bounds of the engine.</summary>
    protected CoapEndpointOptions Options { get; private set; } = new();

    /// <summary>The moment.</summary>
    protected Instant Now { get; private set; }

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    internal string? Violation { get; private set; }

    /// <summary>Events of exchanges that ended with a response, or told of a notification.</summary>
    internal int Answers { get; private set; }

    /// <summary>What the engine has counted.</summary>
    internal CoapCounters Counters => _engine!.Counters;

    /// <summary>A digest of all that the engine has sent, told and counted.</summary>
    internal ulong Outcome => _digest.Value;

    /// <summary>What the engine has allocated since it was made, in bytes; 0 where the application has thrown.</summary>
    internal long Allocated { get; private set; }

    /// <summary>Runs a script.</summary>
    internal void Run(ReadOnlySpan<byte> script, int bounds, ulong seed)
    {
        Options = ScriptBounds.Of(bounds);
        _digest = new();
        _exchanges.Clear();
        Sent.Clear();
        Maker.Forget();
        Application.Begin(this);
        (_lastLength, _messageId) = (0, 100);
        (Now, Violation, Answers) = (new Instant(TimeSpan.TicksPerHour), null, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _engine = Create(Options, new ScriptRandom(seed), Application);
        long made = GC.GetAllocatedBytesForCurrentThread();
        if (made - before > MaxMemory)
        {
            Fail($"the engine takes more than it says: {made - before} of {MaxMemory} bytes");
        }

        ScriptReader reader = new(script);
        for (int i = 0; i < MaxSteps && !reader.IsAtEnd && Violation is null; i++)
        {
            Step(ref reader);
        }

        Rest();
        Allocated = Application.HasThrown ? 0 : GC.GetAllocatedBytesForCurrentThread() - made - Application.Allocated - Allowance;
        AddCounters();
    }

    /// <summary>Hears a request that the engine hands to the application.</summary>
    internal virtual void Heard(in CoapRequest request)
    {
        ScriptedApplication.Read(request, ref _digest);
        if (request.Payload.Length > Math.Max(Options.MaxBodySize, Options.MaxMessageSize))
        {
            Fail("the application is handed a body that is too long");
        }
    }

    /// <summary>Does, within a call of the handler, what a handler may do to the engine.</summary>
    internal void Meddle(in CoapRequest request, int choice)
    {
        switch (choice % 4)
        {
            case 0 when !request.IsNotification:
                _ = _engine!.Notify((ulong)(choice / 4 % ScriptedApplication.Tags), confirmable: choice % 8 == 0);
                break;
            case 1:
                _ = _engine!.RemoveObservers(request.From);
                break;
            case 2:
                _ = _engine!.Resume(Application.TakeLate(choice));
                break;
            case 3 when !request.IsNotification:
                Own(_engine!.Request(request.From, new CoapRequestHead { Method = CoapCode.Get, Path = "/m" }));
                break;
            default:
                break;
        }
    }

    // What differs between the engines.

    /// <summary>Makes the engine.</summary>
    protected abstract CoapEngine Create(CoapEndpointOptions options, ScriptRandom random, ScriptedApplication application);

    /// <summary>What the engine may take when it is made.</summary>
    protected abstract long MaxMemory { get; }

    /// <summary>What it may take beyond that, for what the script has brought to it.</summary>
    protected virtual long Allowance => 0;

    /// <summary>When something is due.</summary>
    protected abstract Instant? NextDeadline { get; }

    /// <summary>Does what is due.</summary>
    protected abstract void OnDeadline();

    /// <summary>Takes the next message; false if there is none.</summary>
    protected abstract bool TryTransmit(Span<byte> buffer, out Transmit transmit);

    /// <summary>Judges a message that was sent.</summary>
    protected abstract void Judge(in PeerId to, ReadOnlySpan<byte> message);

    /// <summary>A peer that requests may go to.</summary>
    protected abstract PeerId Target(int which);

    /// <summary>A peer comes back after that.</summary>
    /// <returns>Where requests to it go.</returns>
    protected virtual PeerId Return() => AddressOf(PeerCount - 1);

    /// <summary>The world goes away, before the engine is to come to rest.</summary>
    protected virtual void Leave()
    {
    }

    /// <summary>Gives back whatever is left, after the engine has come to rest.</summary>
    protected virtual void Dispose()
    {
    }

    /// <summary>Judges what there is after a step.</summary>
    protected virtual void JudgeTables()
    {
    }

    /// <summary>Notes what is wrong; the first thing counts.</summary>
    protected void Fail(string violation) => Violation ??= violation;

    /// <summary>Takes all messages, and judges them.</summary>
    /// <returns>How many there were.</returns>
    protected virtual int Drain()
    {
        // Replies, then everything that has a place in a table, twice: a handler may cause more while it renders.
        int tables = Options.Exchanges + Options.Observers + Options.ConfirmableNotifications + 2 * Options.DeferredResponses;
        tables += Options.Transmission.MaxPayloads * (Options.Exchanges + Options.Transfers);
        int bound = 128 + 2 * tables;
        int count = 0;
        while (Violation is null && TryTransmit(_buffer, out Transmit transmit))
        {
            ReadOnlySpan<byte> message = _buffer.AsSpan(0, transmit.Length);
            _digest.Add(message);
            Judge(transmit.To, message);
            if (++count > bound)
            {
                Fail("the messages do not end");
            }
        }

        return count;
    }

    /// <summary>Lets time pass, as far as a moment.</summary>
    protected void Advance(Instant until, bool drains)
    {
        for (int i = 0; Violation is null && NextDeadline is { } next && next <= until; i++)
        {
            if (i == MaxDeadlines)
            {
                Fail("the deadlines do not end");
            }

            Pass(next, drains);
        }

        Now = Now < until ? until : Now;
    }

    /// <summary>Goes to the next deadline, and does what is due.</summary>
    protected void Pass(Instant next, bool drains)
    {
        Now = Now < next ? next : Now;
        OnDeadline();
        if (drains || NextDeadline <= Now)
        {
            Drain();
        }

        if (NextDeadline <= Now)
        {
            Fail($"the deadline does not advance: {NextDeadline} at {Now}, of the engine itself {_engine!.NextDeadline}");
        }

        TakeEvents();
    }

    /// <summary>Takes note of a request of our own.</summary>
    protected void Own(ExchangeId exchange)
    {
        if (!exchange.IsNone)
        {
            _exchanges.Add(exchange);
        }
    }

    private void Step(ref ScriptReader script)
    {
        int step = script.Next();
        if ((step & ScriptSteps.PassesTime) != 0)
        {
            Advance(Now + TimeSpan.FromSeconds(1), drains: true);
        }

        bool drains = (step & ScriptSteps.HoldsMessages) == 0;
        int kind = step & ScriptSteps.Kind;
        if (kind >= ScriptSteps.OfNetwork)
        {
            StepOfNetwork(kind, ref script);
        }
        else
        {
            StepOfApplication(kind, ref script, drains);
        }

        if (drains)
        {
            Drain();
        }

        if ((step & ScriptSteps.HoldsEvents) == 0)
        {
            TakeEvents();
        }

        JudgeTables();
        JudgeEngine();
    }

    private void TakeEvents()
    {
        int left = 256;
        while (Violation is null && _engine!.TryTakeEvent(out CoapEvent e))
        {
            if (--left == 0)
            {
                Fail("the events do not end");
            }

            Take(e);
        }
    }

    private void Take(in CoapEvent e)
    {
        _digest.Add((ulong)e.Kind << 32 | (ulong)e.Exchange.Slot << 16 | (ulong)e.TransferFault << 8 | (uint)e.Transmissions);
        if (e.HasMessage)
        {
            CoapMessage message = e.Message;
            _digest.Add(message.Payload);
            Answers++;
            if (!message.Code.IsResponse || message.Payload.Length > Math.Max(Options.MaxBodySize, Options.MaxMessageSize))
            {
                Fail("an event has a message that is no response, or one too long");
            }
        }

        if (e.Kind is CoapEventKind.ObserverRemoved or CoapEventKind.HandlerFault)
        {
            return;
        }

        int place = _exchanges.IndexOf(e.Exchange);
        if (place < 0)
        {
            Fail($"an event is of no exchange that there is: {e.Kind}");
        }
        else if (e.Kind != CoapEventKind.Notification)
        {
            _exchanges.RemoveAt(place);
            if (_engine!.IsOpen(e.Exchange))
            {
                Fail($"an exchange lives on after its last event: {e.Kind}");
            }
        }
    }

    private void JudgeEngine()
    {
        CoapEngine engine = _engine!;
        if (engine.ExchangeCount > Options.Exchanges || _exchanges.Count > engine.ExchangeCount
            || engine.ObserverCount > Options.Observers || engine.TransferCount > Options.Transfers
            || engine.DeferredCount > Options.DeferredResponses)
        {
            Fail($"a table is beyond its bound: {engine.ExchangeCount} exchanges, {_exchanges.Count} known, "
                + $"{engine.ObserverCount} observers, {engine.TransferCount} transfers, {engine.DeferredCount} deferred");
        }

        if (Application.Judge(isOver: false) is { } violation)
        {
            Fail(violation);
        }
    }

    private void AddCounters()
    {
        CoapCounters counters = Counters;
        _digest.Add((ulong)counters.Received << 32 | (uint)counters.Transmitted);
        _digest.Add((ulong)counters.Malformed << 32 | (uint)counters.Dropped);
        _digest.Add((ulong)counters.Duplicates << 32 | (uint)counters.Retransmissions);
        _digest.Add((ulong)counters.Handled << 32 | (uint)counters.Refused);
    }
}
