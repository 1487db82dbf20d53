using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

// The steps of the time and of the application, and the end.
internal abstract partial class EngineScript
{
    private const int MaxOfRest = 2_000;

    private static readonly byte[] s_payload = new byte[8 * 1024];

    private void StepOfApplication(int kind, ref ScriptReader script, bool drains)
    {
        CoapEngine engine = _engine!;
        switch (kind)
        {
            case ScriptSteps.PassTime:
                Advance(Now + s_spans[script.Next(s_spans.Length)], drains);
                break;
            case ScriptSteps.PassDeadlines:
                PassDeadlines(1 + script.Next(8), drains);
                break;
            case ScriptSteps.Request:
                Request(ref script);
                break;
            case ScriptSteps.RequestWithBody:
                RequestWithBody(ref script);
                break;
            case ScriptSteps.Cancel:
                Cancel(engine, script.Next());
                break;
            case ScriptSteps.Forget:
                if (TryFindExchange(script.Next(), out ExchangeId forgotten) && engine.Forget(forgotten))
                {
                    _exchanges.Remove(forgotten);
                }

                break;
            case ScriptSteps.Proceed:
                Application.IsReady = script.Next(2) == 1;
                if (TryFindExchange(script.Next(), out ExchangeId waiting))
                {
                    _ = engine.Proceed(waiting);
                }

                break;
            case ScriptSteps.Notify:
                int tag = script.Next();
                _ = engine.Notify((ulong)(tag % ScriptedApplication.Tags), confirmable: (tag & 0x80) != 0);
                break;
            case ScriptSteps.NotifyObserver:
                int position = script.Next();
                if (engine.ObserverCount > 0)
                {
                    engine.NotifyObserver(position % engine.ObserverCount, confirmable: (position & 0x80) != 0);
                    _digest.Add(engine.GetObserver(position % engine.ObserverCount).Tag);
                }

                break;
            case ScriptSteps.Resume:
                _ = engine.Resume(Application.TakeLate(script.Next()));
                break;
            case ScriptSteps.RemoveObservers:
                _ = engine.RemoveObservers(Target(script.Next()));
                break;
            case ScriptSteps.CallEarly:
                // A call too early does nothing.
                Instant? before = NextDeadline;
                if (before is null || before > Now)
                {
                    OnDeadline();
                    if (NextDeadline != before)
                    {
                        Fail("a call too early does something");
                    }
                }

                break;
            default:
                _ = engine.Resume(Application.TakeLate(0));
                Request(ref script);
                break;
        }
    }

    private void PassDeadlines(int count, bool drains)
    {
        for (int i = 0; i < count && Violation is null && NextDeadline is { } next; i++)
        {
            Pass(next, drains);
        }
    }

    private void Request(ref ScriptReader script)
    {
        PeerId to = Target(script.Next());
        int flags = script.Next();
        int length = Math.Min((flags & 0x10) != 0 ? script.Next() * 16 : 0, Options.MaxBodySize);
        ScriptedSink? sink = (flags & 0x20) != 0 ? Application.NewSink((flags & 0x40) != 0 ? 100 : int.MaxValue, isOfServer: false) : null;
        CoapRequestHead head = Head(ref script, flags, sink);
        ExchangeId exchange = _engine!.Request(to, head, s_payload.AsSpan(0, length));
        if (sink is not null)
        {
            sink.IsLent = !exchange.IsNone;
        }

        Own(exchange);
    }

    private void RequestWithBody(ref ScriptReader script)
    {
        PeerId to = Target(script.Next());
        int flags = script.Next();
        ScriptedBody body = Application.NewBody(script.Next() * 20, breaks: (flags & 0x20) != 0);
        ExchangeId exchange = _engine!.Request(to, Head(ref script, flags, null), body);
        body.IsLent = !exchange.IsNone;
        Own(exchange);
    }

    private static CoapRequestHead Head(ref ScriptReader script, int flags, ScriptedSink? sink)
    {
        int more = (flags & 0x80) != 0 ? script.Next() : 0;
        bool isRobust = (flags & 7) == 7;
        return new()
        {
            Method = isRobust ? (flags & 0x10) != 0 ? CoapCode.Put : CoapCode.Get : new CoapCode((byte)(1 + (flags & 7))),
            RobustBlocks = isRobust,
            NonConfirmable = (flags & 8) != 0,
            Path = "/a/b",
            Query = (more & 1) != 0 ? "x=1&y=2" : "",
            Host = (more & 2) != 0 ? "example" : "",
            Accept = (more & 4) != 0 ? ContentFormat.SenMLCbor : null,
            Observe = (more & 8) != 0,
            ETag = (more & 16) != 0 ? "v"u8 : default,
            IfMatch = (more & 32) != 0 ? "v"u8 : default,
            IfNoneMatch = (more & 64) != 0,
            NoResponse = (more & 128) != 0 ? 2 : null,
            Sink = sink,
        };
    }

    private bool TryFindExchange(int which, out ExchangeId exchange)
    {
        exchange = _exchanges.Count == 0 ? default : _exchanges[which % _exchanges.Count];
        return !exchange.IsNone;
    }

    private void Cancel(CoapEngine engine, int which)
    {
        if (TryFindExchange(which, out ExchangeId exchange) && engine.Cancel(exchange) && !engine.IsOpen(exchange))
        {
            _exchanges.Remove(exchange);
        }
    }

    // Nothing comes any more, and the application does all that it owes: all that is under way ends, and all that was lent is given back.
    private void Rest()
    {
        if (Violation is not null)
        {
            return;
        }

        Application.IsReady = true;
        Leave();
        ComeToRest();
        for (int i = _exchanges.Count - 1; i >= 0 && Violation is null; i--)
        {
            // Observations that nothing refreshes.
            Cancel(_engine!, i);
        }

        ComeToRest();
        CoapEngine engine = _engine!;
        if (engine.ExchangeCount + engine.ObserverCount + engine.TransferCount + engine.DeferredCount + _exchanges.Count > 0)
        {
            Fail($"something is left for ever: {engine.ExchangeCount} exchanges, {_exchanges.Count} known, "
                + $"{engine.ObserverCount} observers, {engine.TransferCount} transfers, {engine.DeferredCount} deferred");
        }

        JudgeEngine();
        JudgeRoom();
        Dispose();
        if (Application.Judge(isOver: true) is { } violation)
        {
            Fail(violation);
        }
    }

    // An engine at rest has room for all that it says it has room for.
    private void JudgeRoom()
    {
        if (Violation is not null)
        {
            return;
        }

        PeerId to = Return();
        ReadOnlySpan<byte> payload = s_payload.AsSpan(0, Math.Min(Options.MaxBodySize, Options.TransferBytes));
        for (int i = 0; i < Options.Exchanges; i++)
        {
            ExchangeId exchange = _engine!.Request(to, new CoapRequestHead { Method = CoapCode.Put }, i == 0 ? payload : default);
            if (exchange.IsNone)
            {
                Fail($"an engine at rest has no room for what it should have: exchange {i} of {Options.Exchanges}");
            }

            Own(exchange);
        }

        foreach (ExchangeId exchange in _exchanges)
        {
            _ = _engine!.Forget(exchange);
        }

        _exchanges.Clear();
    }

    private void ComeToRest()
    {
        Drain();
        TakeEvents();
        foreach (ExchangeId exchange in _exchanges)
        {
            _ = _engine!.Proceed(exchange);
        }

        Drain();
        TakeEvents();
        for (int i = 0; Violation is null && NextDeadline is { } next; i++)
        {
            if (i == MaxOfRest)
            {
                Fail("the deadlines do not end although nothing happens any more");
            }

            Pass(next, drains: true);
        }
    }
}
