namespace Ipso.Coap.Engine;

/// <summary>
/// Builds one response at a time. The handler writes the payload in place behind a reserve for header, token and options; these are known
/// only afterwards and are put right in front of it, so that the payload is never moved.
/// </summary>
internal sealed class ResponseComposer(int maxMessageSize)
{
    /// <summary>Header 4, token 8, ETag 9, Observe 4, locations 90 and their first delta, Content-Format 3, Max-Age 6, marker 1.</summary>
    public const int Reserve = 128;

    private readonly byte[] _message = new byte[maxMessageSize];
    private readonly byte[] _prefix = new byte[Reserve];
    private readonly ResponseHead _head = new();

    /// <summary>Room for a message while no response is being built.</summary>
    public Span<byte> Scratch => _message;

    /// <summary>Starts a response.</summary>
    public CoapResponse Begin(bool canObserve)
    {
        _head.Clear();
        return new CoapResponse(_message.AsSpan(Reserve), _head, canObserve);
    }

    /// <summary>Ends a response; the result lies in the memory of the composer until the next one begins.</summary>
    public ReadOnlySpan<byte> End(
        in CoapResponse response, CoapType type, ushort messageId, CoapToken token, uint? observe, uint? size1 = null)
    {
        var writer = new CoapMessageWriter(_prefix.AsSpan(0, Reserve - 1), type, response.Code, messageId, token);
        _head.Write(ref writer, observe, response.ContentFormat, response.MaxAge, size1);
        int length = writer.Finish();
        if (response.PayloadLength == 0)
        {
            return _prefix.AsSpan(0, length);
        }

        _prefix[length++] = CoapMessage.PayloadMarker;
        _prefix.AsSpan(0, length).CopyTo(_message.AsSpan(Reserve - length));
        return _message.AsSpan(Reserve - length, length + response.PayloadLength);
    }
}
