using System.Net;
using System.Net.WebSockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Corpus;
using Ipso.Net;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// The channel between WebSockets and the byte stream of the engine, and behind it the framer. The bytes are frames; however they are cut,
/// the messages are those of the WebSocket, and what is none ends it with the code that says why.
/// </summary>
/// <remarks>
/// A frame begins with a byte: 0xff is a Close, 0xfe the beginning of a text; else the highest bit says whether the message ends with it,
/// and the others how many bytes follow, by tens from 64 on.
/// </remarks>
internal sealed class WebSocketDecoder() : Decoder("websocket-channel", Dialect.Coap)
{
    private const int MaxMessageSize = 600;
    private const byte Close = 0xff, Text = 0xfe, End = 0x80;
    private static readonly IPEndPoint s_remote = new(IPAddress.Loopback, 1);

    // The channel, the framer, and their buffers, which double up to the longest message; the messages expected.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => 24 * 1024;

    internal override IEnumerable<Example> Examples()
    {
        byte[][] messages = [.. MessageDecoders.Examples(CoapFraming.WebSocket)];
        for (int i = 0; i < messages.Length; i++)
        {
            yield return new([.. Frames(messages[i], 1 + 7 * i), .. Frames(messages[^(1 + i)], 60), Close]);
        }

        yield return new([.. Frames(messages[0], 60), Text, End | 2, 0x41, 0x42]);
    }

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        ScriptedWebSocket socket = new(input.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        WebSocketByteChannel channel = new(socket, MaxMessageSize) { Remote = s_remote };
        CoapStreamFramer framer = new(MaxMessageSize + WebSocketFrames.Growth, extendedTokens: true);
        byte[] buffer = new byte[1 + (int)(variant & 0x3f)];
        Digest digest = new();
        int messages = 0;
        string? violation = null;
        while (violation is null)
        {
            ValueTask<int> reading = channel.ReceiveAsync(buffer);
            int count = reading.IsCompletedSuccessfully ? reading.Result : -1;
            if (count <= 0)
            {
                violation = count < 0 ? "it waits, or throws" : null;
                break;
            }

            for (int taken = 0, more = 1; taken < count && more > 0 && framer.Error == CoapParseError.None; taken += more)
            {
                more = framer.Append(buffer.AsSpan(taken, count - taken));
                while (framer.TryRead(out CoapMessage message))
                {
                    messages++;
                    Add(ref digest, message);
                    violation ??= ComesBack(message);
                }
            }

            if (framer.Error != CoapParseError.None)
            {
                // The engine closes it; what comes behind is read to the end all the same.
                channel.ShutdownAsync().GetAwaiter().GetResult();
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        channel.ShutdownAsync().GetAwaiter().GetResult();
        Expectation expected = Expect(input);
        violation ??= messages != expected.Messages || digest.Value != expected.Digest ? "these are not the messages of the WebSocket"
            : framer.Error != expected.Error ? $"the fault is {framer.Error}, not {expected.Error}"
            : socket.Status != expected.Status ? $"it is closed with {socket.Status}, not with {expected.Status}"
            : framer.Error == CoapParseError.None && framer.Pending > 0 ? "a part of a message is left"
            : null;
        return new()
        {
            IsAccepted = messages > 0 && framer.Error == CoapParseError.None,
            Position = input.Length,
            Allocated = allocated,
            Digest = digest.Value ^ (ulong)framer.Error,
            Violation = violation,
        };
    }

    internal override string Describe(ulong variant) => $"read into {1 + (int)(variant & 0x3f)} bytes";

    private static IEnumerable<byte> Frames(byte[] message, int size)
    {
        size = Math.Min(size, 60);
        for (int i = 0; i < message.Length; i += size)
        {
            int length = Math.Min(size, message.Length - i);
            yield return (byte)(length | (i + length == message.Length ? End : 0));
            for (int j = i; j < i + length; j++)
            {
                yield return message[j];
            }
        }
    }

    private static void Add(ref Digest digest, in CoapMessage message)
    {
        digest.Add(message.Code.Value);
        digest.Add(message.TokenBytes);
        foreach (CoapOption option in message.Options)
        {
            digest.Add((ulong)option.Number);
            digest.Add(option.Value);
        }

        digest.Add(message.Payload);
    }

    // What we would send of it is what the WebSocket would have carried.
    private static string? ComesBack(in CoapMessage message)
    {
        Span<byte> sent = stackalloc byte[MaxMessageSize + WebSocketFrames.Growth];
        int taken = WebSocketFrames.FromStream(message.Datagram, sent, out int length);
        bool isOne = CoapMessage.TryParse(sent[..length], CoapFraming.WebSocket, extendedTokens: true, out CoapMessage again, out _);
        Digest first = new(), second = new();
        Add(ref first, message);
        if (isOne)
        {
            Add(ref second, again);
        }

        return taken != message.Datagram.Length || !isOne || first.Value != second.Value ? "it does not come back as it was" : null;
    }

    /// <summary>What the frames mean, by the codec of messages alone.</summary>
    private static Expectation Expect(ReadOnlySpan<byte> frames)
    {
        ScriptedFrames script = new();
        Span<byte> message = stackalloc byte[MaxMessageSize];
        Digest digest = new();
        int length = 0, messages = 0;
        while (script.TryNext(frames, out bool isText, out ReadOnlySpan<byte> payload, out bool isEnd))
        {
            if (isText)
            {
                return new(messages, digest.Value, CoapParseError.TokenLength, WebSocketCloseStatus.InvalidMessageType);
            }

            if (length + payload.Length > MaxMessageSize)
            {
                return new(messages, digest.Value, CoapParseError.MessageTooLarge, WebSocketCloseStatus.MessageTooBig);
            }

            payload.CopyTo(message[length..]);
            length += payload.Length;
            if (!isEnd)
            {
                continue;
            }

            if (!CoapMessage.TryParse(
                message[..length], CoapFraming.WebSocket, extendedTokens: true, out CoapMessage read, out CoapParseError error))
            {
                // What is wrong in the header ends the WebSocket as an error of protocol; what is wrong in the options the engine sees.
                bool isHeader = MessageHeader.ReadStream(message[..length], CoapFraming.WebSocket, true, out MessageHeader header)
                    != CoapParseError.None || header.TokenStart + header.TokenLength > length;
                return isHeader
                    ? new(messages, digest.Value, CoapParseError.TokenLength, WebSocketCloseStatus.ProtocolError)
                    : new(messages, digest.Value, error, WebSocketCloseStatus.NormalClosure);
            }

            messages++;
            Add(ref digest, read);
            length = 0;
        }

        return new(messages, digest.Value, CoapParseError.None, WebSocketCloseStatus.NormalClosure);
    }

    private readonly record struct Expectation(int Messages, ulong Digest, CoapParseError Error, WebSocketCloseStatus Status);

    /// <summary>Goes over the frames.</summary>
    private struct ScriptedFrames
    {
        private int _position;

        public bool TryNext(ReadOnlySpan<byte> frames, out bool isText, out ReadOnlySpan<byte> payload, out bool isEnd)
        {
            payload = default;
            isText = isEnd = false;
            if (_position >= frames.Length || frames[_position] == Close)
            {
                return false;
            }

            byte first = frames[_position++];
            isText = first == Text;
            int length = isText ? 0 : first & 0x7f;
            length = Math.Min(length < 64 ? length : 10 * length, frames.Length - _position);
            payload = frames.Slice(_position, length);
            isEnd = (first & End) != 0;
            _position += length;
            return true;
        }
    }

    /// <summary>A WebSocket whose other end follows the script, and takes all that is sent.</summary>
    private sealed class ScriptedWebSocket(byte[] script) : WebSocket
    {
        private ScriptedFrames _frames;
        private ReadOnlyMemory<byte> _rest;
        private bool _isEnd;
        private bool _isText;

        public WebSocketCloseStatus? Status { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => WebSocketByteChannel.SubProtocol;

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_rest.IsEmpty)
            {
                if (!_frames.TryNext(script, out _isText, out ReadOnlySpan<byte> payload, out _isEnd))
                {
                    return new(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true));
                }

                // The same bytes, as memory.
                _ = payload.Overlaps(script, out int offset);
                _rest = payload.IsEmpty ? default : script.AsMemory(-offset, payload.Length);
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return new(new ValueWebSocketReceiveResult(
                count, _isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, _isEnd && _rest.IsEmpty));
        }

        public override Task CloseOutputAsync(
            WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            Status ??= closeStatus;
            return Task.CompletedTask;
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task SendAsync(
            ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public override Task CloseAsync(
            WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
