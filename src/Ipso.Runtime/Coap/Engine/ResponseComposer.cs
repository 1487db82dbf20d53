using System.Runtime.CompilerServices;

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
    private int _headerLength;
    private int _start;
    private int _length;

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

    /// <summary>The type of the message.</summary>
    public CoapType Type { get; private set; }

    /// <summary>The Message ID of the message.</summary>
    public ushort MessageId { get; private set; }

    /// <summary>The message, until the next one begins; empty where it was too long.</summary>
    public Span<byte> Message => _message.AsSpan(_start, _length);

    /// <summary>Starts a response.</summary>
    /// <returns>This, to make the response of.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ResponseComposer Begin()
    {
        _head.Begin();
        Spare = 0;
        return this;
    }

    /// <summary>Says what the message will be known by.</summary>
    public void Address(CoapType type, ushort messageId, ReadOnlySpan<byte> token)
    {
        Type = type;
        MessageId = messageId;
        _headerLength = MessageHeader.WriteDatagram(_prefix, type, CoapCode.Empty, messageId, token);
    }

    /// <summary>Ends a response with all of its payload: see the other one.</summary>
    public bool TryEnd(scoped in CoapResponse response) => TryEnd(response, 0, response.PayloadLength);

    /// <summary>Ends a response with a part of its payload. False if the message would be too long; then another part may be tried.</summary>
    public bool TryEnd(scoped in CoapResponse response, int start, int length)
    {
        Span<byte> prefix = _prefix;
        prefix[1] = response.Code.Value;
        var writer = new CoapMessageWriter(prefix[..^1], _headerLength);
        _head.Write(ref writer, response.ContentFormat, response.MaxAge);
        int prefixLength = writer.Length;
        if (length > 0)
        {
            prefix[prefixLength++] = CoapMessage.PayloadMarker;
        }

        _length = prefixLength + length;
        if (_length > MaxMessageSize - Spare)
        {
            _length = 0;
            return false;
        }

        _start = Reserve + start - prefixLength;
        prefix[..prefixLength].CopyTo(_message.AsSpan(_start));
        return true;
    }
}
