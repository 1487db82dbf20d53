using System.Text;
using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// Writes a CoAP message into a buffer: header and token, options in ascending order, then the payload (RFC 7252, 3; RFC 8323, 3.2).
/// </summary>
/// <remarks>
/// A buffer that is too small is not an exception: the writer stays overflown and <see cref="Finish"/> says -1. A wrong order of calls is
/// one: it is a fault of the program.
/// </remarks>
public ref struct CoapMessageWriter
{
    private readonly Span<byte> _buffer;
    private readonly CoapFraming _framing;
    private readonly int _bodyStart;
    private readonly int _end;
    private int _position;
    private int _number;
    private bool _overflown;
    private bool _payloadWritten;

    /// <summary>Starts the message of a datagram.</summary>
    /// <param name="buffer">Where the message goes, from its first byte.</param>
    /// <param name="type">The message type.</param>
    /// <param name="code">The code.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <param name="token">The token; the default is the empty one.</param>
    public CoapMessageWriter(Span<byte> buffer, CoapType type, CoapCode code, ushort messageId, CoapToken token = default)
        : this(buffer, CoapFraming.Datagram, type, code, messageId, token.Bytes)
    {
    }

    /// <summary>Starts a message.</summary>
    /// <param name="buffer">Where the message goes, from its first byte.</param>
    /// <param name="framing">What the message goes out in.</param>
    /// <param name="type">The message type; of no meaning but in a datagram.</param>
    /// <param name="code">The code.</param>
    /// <param name="messageId">The Message ID; of no meaning but in a datagram.</param>
    /// <param name="token">
    /// The token: 0 to 8 bytes, or 13 to <see cref="CoapToken.MaxExtendedLength"/> for a peer that takes extended tokens (RFC 8974).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The token has a length that the wire has no form for.</exception>
    public CoapMessageWriter(
        Span<byte> buffer, CoapFraming framing, CoapType type, CoapCode code, ushort messageId, scoped ReadOnlySpan<byte> token)
    {
        if (!CoapToken.IsLength(token.Length))
        {
            ThrowTokenLength(token);
        }

        _buffer = buffer;
        _framing = framing;
        int header = MessageHeader.GetSize(framing, token.Length);
        int body = MessageHeader.MaxBody(framing, buffer.Length, header);
        if (body < 0)
        {
            _overflown = true;
            return;
        }

        _bodyStart = header;
        _end = header + body;
        _position = header;
        MessageHeader.Write(buffer, framing, type, code, messageId, token);
    }

    /// <summary>Goes on behind the header of a datagram's message, which is in the buffer already.</summary>
    internal CoapMessageWriter(Span<byte> buffer, int headerLength)
    {
        _buffer = buffer;
        _framing = CoapFraming.Datagram;
        _bodyStart = headerLength;
        _position = headerLength;
        _end = buffer.Length;
    }

    /// <summary>Whether the buffer was too small for what has been written.</summary>
    public readonly bool IsOverflown => _overflown;

    /// <summary>
    /// The bytes written so far; of no meaning once overflown. <see cref="Finish"/> adds the extended length of a stream's message.
    /// </summary>
    public readonly int Length => _position;

    /// <summary>Writes an option.</summary>
    /// <param name="number">Not below the option before.</param>
    /// <param name="value">The value as it goes on the wire.</param>
    /// <exception cref="InvalidOperationException">The order is not ascending, or the payload has been written.</exception>
    public void Option(CoapOptionNumber number, scoped ReadOnlySpan<byte> value)
    {
        Span<byte> target = BeginOption(number, value.Length);
        if (!_overflown)
        {
            value.CopyTo(target);
        }
    }

    /// <summary>Writes an option of the format uint in its shortest form (RFC 7252, 3.2).</summary>
    /// <param name="number">Not below the option before.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="InvalidOperationException">The order is not ascending, or the payload has been written.</exception>
    public void Option(CoapOptionNumber number, uint value)
    {
        Span<byte> bytes = stackalloc byte[CoapUInt.MaxLength];
        Option(number, bytes[..CoapUInt.Write(bytes, value)]);
    }

    /// <summary>Writes an option of the format string in UTF-8.</summary>
    /// <param name="number">Not below the option before.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="InvalidOperationException">The order is not ascending, or the payload has been written.</exception>
    public void Option(CoapOptionNumber number, scoped ReadOnlySpan<char> value)
    {
        Span<byte> target = BeginOption(number, Encoding.UTF8.GetByteCount(value));
        if (!_overflown)
        {
            Encoding.UTF8.GetBytes(value, target);
        }
    }

    /// <summary>Writes the payload. An empty one writes nothing, not even the marker (RFC 7252, 3).</summary>
    /// <param name="payload">The bytes.</param>
    /// <exception cref="InvalidOperationException">There is a payload already.</exception>
    public void Payload(scoped ReadOnlySpan<byte> payload)
    {
        Span<byte> room = BeginPayload();
        if (payload.Length <= room.Length)
        {
            payload.CopyTo(room);
            EndPayload(payload.Length);
        }
        else
        {
            _overflown = true;
        }
    }

    /// <summary>The room for a payload to be written in place, followed by <see cref="EndPayload"/>.</summary>
    /// <returns>What is left of the buffer; empty if overflown.</returns>
    /// <exception cref="InvalidOperationException">There is a payload already.</exception>
    public readonly Span<byte> BeginPayload()
    {
        if (_payloadWritten)
        {
            ThrowPayloadWritten();
        }

        return _overflown || _position >= _end ? default : _buffer[(_position + 1).._end];
    }

    /// <summary>Ends a payload that was written in place and puts the marker in front of it.</summary>
    /// <param name="length">How many bytes of the span of <see cref="BeginPayload"/> count; 0 for no payload.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there was room.</exception>
    public void EndPayload(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, BeginPayload().Length);
        _payloadWritten = true;
        if (length > 0)
        {
            _buffer[_position] = CoapMessage.PayloadMarker;
            _position += 1 + length;
        }
    }

    /// <summary>Ends the message. It is the last call, and made once.</summary>
    /// <returns>Its length in bytes, or -1 if the buffer was too small.</returns>
    public readonly int Finish() =>
        _overflown ? -1 : MessageHeader.Complete(_buffer, _framing, _position, _position - _bodyStart);

    private Span<byte> BeginOption(CoapOptionNumber number, int length)
    {
        if (_payloadWritten)
        {
            ThrowPayloadWritten();
        }

        int delta = (int)number - _number;
        if (delta < 0)
        {
            throw new InvalidOperationException(
                Phrase.Of($"Option {(int)number} after option {_number}: options go in ascending order (RFC 7252, 3.1)."));
        }

        if (!Reserve(OptionHeader.GetSize(delta, length) + length))
        {
            return default;
        }

        _number = (int)number;
        _position += OptionHeader.Write(_buffer[_position..], delta, length);
        Span<byte> value = _buffer.Slice(_position, length);
        _position += length;
        return value;
    }

    private bool Reserve(int length)
    {
        _overflown |= length > _end - _position;
        return !_overflown;
    }

    private static void ThrowPayloadWritten() => throw new InvalidOperationException("The payload has been written: it ends the message.");

    private static void ThrowTokenLength(scoped ReadOnlySpan<byte> token) =>
        throw new ArgumentOutOfRangeException(
            nameof(token), token.Length, Phrase.Of($"A token has 0 to {CoapToken.MaxLength} or 13 to {CoapToken.MaxExtendedLength} bytes."));
}
