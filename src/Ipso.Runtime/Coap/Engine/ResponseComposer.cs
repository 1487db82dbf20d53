namespace Ipso.Coap.Engine;

/// <summary>
/// Builds one response at a time. The handler writes the payload in place behind a reserve for header, token and options; these are known
/// only afterwards and are put right in front of it, so that the payload is never moved.
/// </summary>
internal sealed class ResponseComposer
{
    /// <summary>
    /// Header 4, token 130, ETag 9, Observe 4, locations 90 and their first delta, Content-Format 3, Max-Age 6, the Block options 4 each,
    /// Size2 and Size1 6 each, Echo 43, marker 1.
    /// </summary>
    public const int Reserve = 384;

    private readonly byte[] _message;
    private readonly byte[] _prefix = new byte[Reserve];
    private readonly ResponseHead _head = new();

    /// <param name="maxMessageSize">The longest message.</param>
    /// <param name="maxBodySize">The longest payload that a handler may write, however many messages it takes.</param>
    public ResponseComposer(int maxMessageSize, int maxBodySize)
    {
        MaxMessageSize = maxMessageSize;
        MaxDiagnostic = Math.Min(maxMessageSize - 128, BlockOption.GetSize(BlockOption.MaxExponent));
        _message = new byte[Reserve + maxBodySize];
    }

    /// <summary>The longest message to the peer at hand.</summary>
    public int MaxMessageSize { get; set; }

    /// <summary>How many bytes the response at hand leaves free of that.</summary>
    public int Spare { get; set; }

    /// <summary>The room for the payload; a message may be put here while no response is being built.</summary>
    public Span<byte> Body => _message.AsSpan(Reserve);

    /// <summary>The longest diagnostic payload.</summary>
    public int MaxDiagnostic { get; }

    public ResponseHead Head => _head;

    /// <summary>Starts a response.</summary>
    /// <returns>This, to make the response of.</returns>
    public ResponseComposer Begin()
    {
        _head.Clear();
        Spare = 0;
        return this;
    }

    /// <summary>
    /// Ends a response with a part of its payload; the result lies in the memory of the composer until the next one begins. Empty if the
    /// message would be too long, in which case nothing has changed.
    /// </summary>
    public Span<byte> End(
        scoped in CoapResponse response, CoapType type, ushort messageId, scoped ReadOnlySpan<byte> token,
        scoped in EngineOptions options, int start, int length)
    {
        var writer = new CoapMessageWriter(_prefix.AsSpan(0, Reserve - 1), CoapFraming.Datagram, type, response.Code, messageId, token);
        _head.Write(ref writer, response.ContentFormat, response.MaxAge, options);
        int prefix = writer.Finish();
        if (prefix + (length > 0 ? 1 : 0) + length > MaxMessageSize - Spare)
        {
            return default;
        }

        if (length == 0)
        {
            return _prefix.AsSpan(0, prefix);
        }

        _prefix[prefix++] = CoapMessage.PayloadMarker;
        _prefix.AsSpan(0, prefix).CopyTo(_message.AsSpan(Reserve + start - prefix));
        return _message.AsSpan(Reserve + start - prefix, prefix + length);
    }
}
