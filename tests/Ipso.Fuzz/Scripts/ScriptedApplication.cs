using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Scripts;

/// <summary>What a scripted application throws.</summary>
internal sealed class ScriptedFault : Exception
{
}

/// <summary>
/// An application that does everything that one may do, as the first byte of the path has it: answers at once, later, never, with long
/// bodies, with bodies that break off, with errors and exceptions; calls the engine as far as a handler may; and keeps count of what it
/// lends to the engine.
/// </summary>
internal sealed class ScriptedApplication : ICoapRequestHandler
{
    /// <summary>How many tags observers have.</summary>
    internal const int Tags = 3;

    // What the first byte of a path, by its remainder, has the application do.
    internal const int Plain = 0, Observed = 1, Late = 2, Long = 3, Pulled = 4, Faulty = 5, Conditional = 6, Swallowing = 7, Refusing = 8,
        Choking = 9, Rambling = 10, Unsteady = 11, Busy = 12, Meddling = 13, Odd = 14, Resources = 15;

    private const int MaxLate = 64;

    private readonly List<ResponseId> _late = new(MaxLate);
    private readonly List<ScriptedSink> _sinks = [];
    private readonly List<ScriptedBody> _bodies = [];
    private EngineScript? _script;
    private int _calls;

    /// <summary>Whether it has thrown: then what was allocated on the way is not known.</summary>
    internal bool HasThrown { get; private set; }

    /// <summary>What it has allocated itself, in bytes.</summary>
    internal long Allocated { get; private set; }

    /// <summary>Whether bodies and sinks are ready whenever they are asked.</summary>
    internal bool IsReady { get; set; }

    /// <summary>What the engine did that it may not do; <see langword="null"/> where there is nothing.</summary>
    internal string? Objection { get; private set; }

    /// <summary>Begins anew, in a script.</summary>
    internal void Begin(EngineScript script)
    {
        _late.Clear();
        _sinks.Clear();
        _bodies.Clear();
        (_script, _calls, HasThrown, Allocated, IsReady, Objection) = (script, 0, false, 0, false, null);
    }

    internal void Object(string objection) => Objection ??= objection;

    /// <summary>A response that was put off; none if there is none.</summary>
    internal ResponseId TakeLate(int which)
    {
        if (_late.Count == 0)
        {
            return default;
        }

        ResponseId id = _late[which % _late.Count];
        _late.RemoveAt(which % _late.Count);
        return id;
    }

    internal ScriptedBody NewBody(int length, bool breaks)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ScriptedBody body = new(this, length, breaks);
        _bodies.Add(body);
        Allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        return body;
    }

    internal ScriptedSink NewSink(int room, bool isOfServer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ScriptedSink sink = new(this, room) { IsOfServer = isOfServer, IsLent = isOfServer };
        _sinks.Add(sink);
        Allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        return sink;
    }

    /// <summary>What is wrong with what the engine did to bodies and sinks; <see langword="null"/> where nothing is.</summary>
    /// <param name="isOver">Whether the engine has come to rest, and has nothing any more.</param>
    internal string? Judge(bool isOver)
    {
        foreach (ScriptedBody body in _bodies)
        {
            if (body.Closed > (body.IsLent ? 1 : 0) || (isOver && body.IsLent && body.Closed == 0))
            {
                return $"a body was closed this often: {body.Closed}";
            }
        }

        foreach (ScriptedSink sink in _sinks)
        {
            if (sink.Ended > (sink.IsLent ? 1 : 0) || (isOver && sink.IsOfServer && sink.Ended == 0))
            {
                return $"a sink heard the end this often: {sink.Ended}";
            }
        }

        return Objection;
    }

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        _calls++;
        _script!.Heard(request);
        if (request.Sink is ScriptedSink sink)
        {
            sink.Ended++;
        }

        Answer(request, ref response);
    }

    public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
    {
        switch (KindOf(request.UriPath))
        {
            case Swallowing:
                return NewSink(int.MaxValue, isOfServer: true);
            case Choking:
                return NewSink(100, isOfServer: true);
            case Refusing:
                response.Fail(CoapCode.Forbidden, "no"u8);
                return null;
            case Faulty:
                Throw();
                return null;
            default:
                return null;
        }
    }

    internal void Throw()
    {
        HasThrown = true;
        throw new ScriptedFault();
    }

    /// <summary>Adds all that a request says to a digest.</summary>
    internal static void Read(in CoapRequest request, ref Digest digest)
    {
        digest.Add((ulong)request.Method << 8 | (request.IsConfirmable ? 1UL : 0) | (request.IsNotification ? 2UL : 0));
        digest.Add(request.Token.Bytes);
        digest.Add(request.ObserveTag);
        digest.Add((ulong)(request.ContentFormat ?? 0) << 32 | (ulong)(request.Accept ?? 0));
        digest.Add((ulong)request.Deferred.Generation << 32 | (request.Size1 ?? 0));
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            digest.Add(segment);
        }

        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            digest.Add(argument);
        }

        digest.Add(request.Payload);
    }

    private void Answer(in CoapRequest request, ref CoapResponse response)
    {
        int kind = KindOf(request.UriPath);
        response.Code = request.Method is CoapMethod.Get or CoapMethod.Fetch ? CoapCode.Content : CoapCode.Changed;
        Write(ref response, 4);
        if (kind is Observed or Unsteady or Long or Pulled or Late && request.Observe == ObserveAction.Register && !request.IsNotification)
        {
            _ = response.Observe((ulong)(_calls % Tags));
        }

        switch (kind)
        {
            case Unsteady when request.IsNotification && _calls % 3 == 0:
                response.Fail(CoapCode.NotFound);
                break;
            case Late or Busy when !request.IsNotification && (request.Deferred.IsNone || _calls % 3 == 0):
                PutOff(ref response);
                break;
            case Busy or Long:
                response.SetETag([(byte)(_calls / 8)]);
                Write(ref response, Math.Min(700, response.Payload.Length));
                break;
            case Pulled or Rambling:
                ScriptedBody body = NewBody(kind == Pulled ? 333 : 5000, breaks: kind == Rambling && _calls % 2 == 0);
                body.IsLent = true;
                response.SetBody(body);
                break;
            case Faulty:
                Throw();
                break;
            case Conditional:
                response.SetETag("e"u8);
                response.MaxAge = (uint)_calls;
                response.Code = request.PreconditionsHold(exists: true, "e"u8) ? response.Code : CoapCode.PreconditionFailed;
                break;
            case Meddling:
                _script!.Meddle(request, _calls);
                break;
            case Odd:
                response.AddLocationPath("l"u8);
                response.Code = new CoapCode((byte)(_calls * 37));
                break;
            default:
                response.PayloadLength = Math.Min(request.Payload.Length + 1, response.Payload.Length);
                response.Payload[..response.PayloadLength].Fill((byte)_calls);
                break;
        }
    }

    private void PutOff(ref CoapResponse response)
    {
        ResponseId id = response.Defer();
        if (id.IsNone)
        {
            response.Fail(CoapCode.ServiceUnavailable);
        }
        else if (_late.Count < MaxLate && !_late.Contains(id))
        {
            _late.Add(id);
        }
    }

    private void Write(ref CoapResponse response, int length)
    {
        response.PayloadLength = length;
        response.Payload[..length].Fill((byte)_calls);
    }

    private static int KindOf(CoapOptionValues path)
    {
        foreach (ReadOnlySpan<byte> segment in path)
        {
            return segment.IsEmpty ? Plain : segment[0] % Resources;
        }

        return Plain;
    }
}
