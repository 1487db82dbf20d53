namespace Ipso.Coap;

/// <summary>
/// Finds the messages in a byte stream, however it is cut (RFC 8323, 3.2), without I/O: bytes go in, messages come out.
/// </summary>
/// <remarks>
/// <para>
/// The buffer grows with what has come, never with what is announced, and not beyond the longest message; once grown, nothing is
/// allocated. A byte is moved a bounded number of times however small the pieces are.
/// </para>
/// <para>
/// A fault is for good: the bytes behind it mean nothing. The reaction is an Abort, and the end of the connection (RFC 8323, 5.6).
/// </para>
/// </remarks>
/// <example>
/// <code>
/// int count = socket.Receive(framer.GetBuffer());
/// framer.Advance(count);
/// while (framer.TryRead(out CoapMessage message))
/// {
///     Handle(message);
/// }
/// </code>
/// </example>
public sealed class CoapStreamFramer
{
    private const int InitialSize = 512;

    private readonly int _maxMessageSize;
    private readonly bool _extendedTokens;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private MessageHeader _header;
    private int _length;
    private int _lastLength;

    /// <summary>Makes a framer for one direction of one connection.</summary>
    /// <param name="maxMessageSize">
    /// The longest message that is taken, header included, in bytes: the Max-Message-Size that the peer is told (RFC 8323, 5.3.1).
    /// 16 or more.
    /// </param>
    /// <param name="extendedTokens">Whether tokens of 13 and more bytes are taken (RFC 8974).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxMessageSize"/> is out of range.</exception>
    public CoapStreamFramer(int maxMessageSize, bool extendedTokens = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessageSize, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxMessageSize, Array.MaxLength);
        _maxMessageSize = maxMessageSize;
        _extendedTokens = extendedTokens;
        _buffer = new byte[Math.Min(InitialSize, maxMessageSize)];
    }

    /// <summary>What is wrong with the stream; <see cref="CoapParseError.None"/> as long as nothing is.</summary>
    public CoapParseError Error { get; private set; }

    /// <summary>The bytes that have come and of which no message has been taken.</summary>
    public int Pending => _end - _start;

    /// <summary>The size of the buffer in bytes, at most that of the longest message.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>The room for the next bytes, which <see cref="Advance"/> takes. Messages read before are no longer valid.</summary>
    /// <returns>
    /// At least one byte; empty only after a fault, or while the buffer is full and a message waits to be read.
    /// </returns>
    public Span<byte> GetBuffer()
    {
        // The length at the front says whether what is missing of it has room behind it.
        bool isKnown = TryPeek();
        if (Error != CoapParseError.None)
        {
            return default;
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }

        bool isWhole = isKnown && _length <= Pending;
        if (!isWhole && (_end == _buffer.Length || (isKnown && _length > _buffer.Length - _start)))
        {
            MakeRoom();
        }

        return _buffer.AsSpan(_end);
    }

    /// <summary>Takes bytes that have been put into <see cref="GetBuffer"/>.</summary>
    /// <param name="count">How many, from its start.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there was room for.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _end), nameof(count));
        _end += count;
    }

    /// <summary>Copies bytes in: as many as there is room for before messages have to be read.</summary>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <returns>How many were taken; fewer than there are only after a fault, or while a message waits to be read.</returns>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (taken < bytes.Length)
        {
            Span<byte> room = GetBuffer();
            if (room.IsEmpty)
            {
                break;
            }

            int count = Math.Min(room.Length, bytes.Length - taken);
            bytes.Slice(taken, count).CopyTo(room);
            Advance(count);
            taken += count;
        }

        return taken;
    }

    /// <summary>Reads the next message.</summary>
    /// <param name="message">The message, a view into the buffer that is valid until the next bytes come.</param>
    /// <returns>False if more bytes are needed, or after a fault: <see cref="Error"/> tells.</returns>
    public bool TryRead(out CoapMessage message)
    {
        message = default;
        if (!TryPeek() || _length > Pending)
        {
            return false;
        }

        ReadOnlySpan<byte> frame = _buffer.AsSpan(_start, _length);
        CoapParseError error = CoapParseError.None;
        if (!CoapMessage.TryParse(frame, CoapFraming.Stream, _header, out message, ref error))
        {
            Error = error;
            return false;
        }

        _start += _length;
        _lastLength = _length;
        _length = 0;
        return true;
    }

    /// <summary>Puts the message back that was read last, to be read again; no bytes may have come since.</summary>
    internal void Unread()
    {
        _start -= _lastLength;
        _length = _lastLength = 0;
    }

    /// <summary>Begins with another stream, in the same buffer.</summary>
    internal void Reset()
    {
        _start = _end = _length = _lastLength = 0;
        Error = CoapParseError.None;
    }

    // Whether the length of the message at the front is known.
    private bool TryPeek()
    {
        if (_length > 0 || Error != CoapParseError.None)
        {
            return _length > 0 && Error == CoapParseError.None;
        }

        ReadOnlySpan<byte> pending = _buffer.AsSpan(_start, Pending);
        CoapParseError error = MessageHeader.ReadStream(pending, CoapFraming.Stream, _extendedTokens, out _header);
        if (error is not (CoapParseError.None or CoapParseError.TooShort or CoapParseError.TokenTruncated))
        {
            Error = error;
            return false;
        }

        // An announced length is refused as soon as it is there, be the rest of the header missing.
        if (_header.TotalLength > _maxMessageSize)
        {
            Error = CoapParseError.MessageTooLarge;
            return false;
        }

        _length = error == CoapParseError.None ? (int)_header.TotalLength : 0;
        return _length > 0;
    }

    // Only the message at the front is there, and not whole: it is moved once to the start, and to a buffer of twice the size when its own
    // is full.
    private void MakeRoom()
    {
        byte[] target = _buffer;
        if (_start == 0)
        {
            if (_end < _buffer.Length)
            {
                return;
            }

            target = new byte[(int)Math.Min(2L * _buffer.Length, _maxMessageSize)];
        }

        _buffer.AsSpan(_start, Pending).CopyTo(target);
        _end -= _start;
        _start = 0;
        _buffer = target;
    }
}
