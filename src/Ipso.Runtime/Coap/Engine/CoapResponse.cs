using System.Text.Unicode;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>
/// The response that a handler writes: code, options and a payload written in place. The engine puts the options in order.
/// </summary>
public ref struct CoapResponse
{
    private readonly ResponseHead _head;
    private readonly CoapEngine? _engine;
    private readonly int _maxDiagnostic;
    private readonly bool _canObserve;

    private ResponseId _deferrable;

    // A response that may be put off is of an engine, which then gives it an id, or has one already.
    internal CoapResponse(ResponseComposer composer, bool canObserve, CoapEngine? engine = null, ResponseId deferrable = default)
    {
        Payload = composer.Body;
        _head = composer.Head;
        _canObserve = canObserve;
        _engine = engine;
        _deferrable = deferrable;
        _maxDiagnostic = composer.MaxDiagnostic;
        Code = CoapCode.NotFound;
    }

    /// <summary>The code. Starts as 4.04, so that a handler that knows nothing of the path need do nothing.</summary>
    public CoapCode Code { get; set; }

    /// <summary>The format of the payload; null for none.</summary>
    public ContentFormat? ContentFormat { get; set; }

    /// <summary>How long the response may be cached, in seconds; null for the default of 60 (RFC 7252, 5.10.5).</summary>
    public uint? MaxAge { get; set; }

    /// <summary>
    /// The room for the payload: <see cref="CoapEndpointOptions.MaxBodySize"/>. What does not fit into a message is given out block by
    /// block (RFC 7959). Its content is undefined.
    /// </summary>
    public Span<byte> Payload { get; }

    /// <summary>How many bytes of <see cref="Payload"/> count, from its start.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than there is room.</exception>
    public int PayloadLength
    {
        readonly get;
        set => field = (uint)value <= (uint)Payload.Length
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, Phrase.Of($"Must be 0 to {Payload.Length}."));
    }

    internal ulong? ObserveTag { get; private set; }

    internal ICoapBody? Body { get; private set; }

    internal bool IsDeferred { get; private set; }

    internal bool IsWithheld { get; private set; }

    /// <summary>Sets the entity-tag of the representation (RFC 7252, 5.10.6).</summary>
    /// <param name="value">1 to 8 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public readonly void SetETag(scoped ReadOnlySpan<byte> value) => _head.SetETag(value);

    /// <summary>
    /// Answers with a body that is pulled block by block, instead of <see cref="Payload"/> (RFC 7959). For the blocks to be recognised as
    /// those of one representation it has an entity-tag, of the engine's choosing unless <see cref="SetETag"/> gives one.
    /// </summary>
    /// <param name="body">The body. The engine calls <see cref="ICoapBody.Close"/> when it needs it no more.</param>
    public void SetBody(ICoapBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
        PayloadLength = 0;
    }

    /// <summary>
    /// Puts the response off (RFC 7252, 5.2.2). Whatever was set is dropped; when <see cref="CoapEngine.Resume"/> says that it is time, the
    /// handler is asked again, with <see cref="CoapRequest.Deferred"/>.
    /// </summary>
    /// <returns>The id to resume with; none if too many responses are put off already: the request must then be answered, 5.03 being the
    /// honest code.</returns>
    public ResponseId Defer()
    {
        _deferrable = _engine?.NextDeferral ?? _deferrable;
        IsDeferred = !_deferrable.IsNone;
        return _deferrable;
    }

    /// <summary>Lets a notification go unsent. Who withholds it calls <see cref="CoapEngine.Notify"/> again when it can be rendered.</summary>
    internal void Withhold() => IsWithheld = true;

    /// <summary>Adds a segment to the Location-Path, the path of what was created (RFC 7252, 5.10.7).</summary>
    /// <param name="segment">0 to 255 bytes of UTF-8. All location options together have 90 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The segment is too long, or the room is used up.</exception>
    public readonly void AddLocationPath(scoped ReadOnlySpan<byte> segment) => _head.AddLocation(CoapOptionNumber.LocationPath, segment);

    /// <summary>Adds an argument to the Location-Query (RFC 7252, 5.10.7). Comes after the last <see cref="AddLocationPath"/>.</summary>
    /// <param name="argument">0 to 255 bytes of UTF-8. All location options together have 90 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is too long, or the room is used up.</exception>
    public readonly void AddLocationQuery(scoped ReadOnlySpan<byte> argument) =>
        _head.AddLocation(CoapOptionNumber.LocationQuery, argument);

    /// <summary>Whether the request may become an observation: <see cref="Observe"/> then succeeds.</summary>
    internal bool CanObserve => _canObserve;

    /// <summary>Accepts the observation that the request asks for, provided that the code is of class 2 in the end.</summary>
    /// <param name="tag">What <see cref="CoapEngine.Notify"/> and the handler will know the observation by. Several observations may
    /// share a tag.</param>
    /// <returns>False if the request registers nothing, or there is no room for it: the client is then answered as if it had not asked (RFC
    /// 7641, 4.1).</returns>
    public bool Observe(ulong tag)
    {
        ObserveTag = _canObserve ? tag : null;
        return _canObserve;
    }

    /// <summary>Answers with an error and a diagnostic payload (RFC 7252, 5.5.2). Whatever was set before is dropped.</summary>
    /// <param name="code">A code of class 4 or 5.</param>
    /// <param name="diagnostic">A text for the human at the other end, in UTF-8; cut off if there is no room.</param>
    public void Fail(CoapCode code, scoped ReadOnlySpan<byte> diagnostic = default)
    {
        Clear(code);
        PayloadLength = Math.Min(diagnostic.Length, _maxDiagnostic);
        diagnostic[..PayloadLength].CopyTo(Payload);
    }

    /// <summary>Answers with an error and a diagnostic payload (RFC 7252, 5.5.2). Whatever was set before is dropped.</summary>
    /// <param name="code">A code of class 4 or 5.</param>
    /// <param name="diagnostic">A text for the human at the other end; cut off if there is no room.</param>
    public void Fail(CoapCode code, scoped ReadOnlySpan<char> diagnostic)
    {
        Clear(code);
        Utf8.FromUtf16(diagnostic, Payload[.._maxDiagnostic], out _, out int written);
        PayloadLength = written;
    }

    // The compiler makes a span of a text wherever this is called, if there is no method that takes the text.
    internal void Fail(CoapCode code, string diagnostic) => Fail(code, diagnostic.AsSpan());

    private void Clear(CoapCode code)
    {
        _head.Clear();
        Code = code;
        ContentFormat = null;
        MaxAge = null;
        ObserveTag = null;
        IsDeferred = false;
        DropBody();
    }

    // A body that was set and is not to be sent after all.
    private void DropBody()
    {
        ICoapBody? body = Body;
        Body = null;
        body?.Close();
    }

    internal void TakeBody() => Body = null;

    // Whether the entity-tag is one of those that a request names.
    internal readonly bool HasETagOf(in CoapMessage request)
    {
        if (_head.ETag.IsEmpty)
        {
            return false;
        }

        foreach (ReadOnlySpan<byte> value in request.Options.Values(CoapOptionNumber.ETag))
        {
            if (CoapETag.TryRead(value, out CoapETag tag) && tag == _head.ETag)
            {
                return true;
            }
        }

        return false;
    }
}
