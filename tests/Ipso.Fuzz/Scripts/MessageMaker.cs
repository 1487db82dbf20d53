using Ipso.Coap;

namespace Ipso.Fuzz.Scripts;

/// <summary>Makes messages that look valid, with the options that a script chooses. Each is a view that the next one overwrites.</summary>
internal sealed class MessageMaker(CoapFraming framing)
{
    private const int MaxPayload = 255;
    private const int LargestBlock = 1024;

    private static readonly byte[] s_zeros = new byte[LargestBlock];

    private readonly byte[] _buffer = new byte[2 * LargestBlock];

    // An Echo value that was demanded, to be sent back.
    private readonly byte[] _echo = new byte[40];
    private int _echoLength;

    /// <summary>Keeps the Echo value that a message demands, if it does.</summary>
    internal void KeepEcho(in CoapMessage message)
    {
        if (message.Options.TryGet(CoapOptionNumber.Echo, out ReadOnlySpan<byte> value))
        {
            _echoLength = Math.Min(value.Length, _echo.Length);
            value[.._echoLength].CopyTo(_echo);
        }
    }

    internal void Forget() => _echoLength = 0;

    /// <summary>A request of any method and path, with the options that the script has.</summary>
    internal ReadOnlySpan<byte> Request(
        scoped ref ScriptReader script, CoapType type, ushort messageId, scoped ReadOnlySpan<byte> token)
    {
        var code = new CoapCode((byte)(1 + script.Next(8)));
        int path = script.Next();
        int options = script.Next();
        int rare = (options & 0x20) != 0 ? script.Next() : 0;
        CoapMessageWriter writer = new(_buffer, framing, type, code, messageId, token);
        Add(ref writer, (rare & 1) != 0, CoapOptionNumber.IfMatch, "e"u8);
        Add(ref writer, (rare & 2) != 0, CoapOptionNumber.ETag, "e"u8);
        if ((options & 1) != 0)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)script.Next(3));
        }

        writer.Option(CoapOptionNumber.UriPath, [(byte)path]);
        Add(ref writer, (options & 0x40) != 0, CoapOptionNumber.ContentFormat, [60]);
        Add(ref writer, (options & 0x40) != 0, CoapOptionNumber.UriQuery, "q=1"u8);
        AddByte(ref writer, (rare & 4) != 0, CoapOptionNumber.HopLimit, ref script, 0, 3);
        Add(ref writer, (rare & 8) != 0, CoapOptionNumber.Accept, [60]);
        AddBlocks(ref writer, ref script, options);
        bool isRobust = (options & 0x84) == 0x84;
        AddByte(ref writer, isRobust || (rare & 16) != 0, CoapOptionNumber.Size1, ref script, 1, 255);
        Add(ref writer, (options & 8) != 0 && _echoLength > 0, CoapOptionNumber.Echo, _echo.AsSpan(0, _echoLength));
        AddByte(ref writer, (rare & 32) != 0, CoapOptionNumber.NoResponse, ref script, 1, 31);
        AddByte(ref writer, isRobust || (rare & 64) != 0, CoapOptionNumber.RequestTag, ref script, 0, 4);
        if ((rare & 128) != 0)
        {
            writer.Option((CoapOptionNumber)((int)CoapOptionNumber.RequestTag + 1 + script.Next()), "unknown"u8);
        }

        return End(ref writer, ref script, options);
    }

    /// <summary>A block of a request body, in its place.</summary>
    /// <param name="type">The type.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <param name="token">The token.</param>
    /// <param name="path">The path.</param>
    /// <param name="block">Whether it is one of many, in the highest bit, its size exponent in the lowest three, and its number.</param>
    internal ReadOnlySpan<byte> Block(CoapType type, ushort messageId, scoped ReadOnlySpan<byte> token, int path, int block)
    {
        int exponent = block & 7;
        bool more = (block & 0x80) != 0;
        CoapMessageWriter writer = new(_buffer, framing, type, CoapCode.Put, messageId, token);
        writer.Option(CoapOptionNumber.UriPath, [(byte)path]);
        writer.Option(CoapOptionNumber.Block1, (uint)((block >> 3 & 15) << 4 | (more ? 8 : 0) | exponent));
        writer.Payload(s_zeros.AsSpan(0, more ? BlockSize(exponent) : 5));
        return _buffer.AsSpan(0, writer.Finish());
    }

    /// <summary>A block of a robust request body of eight blocks (RFC 9177, 4.3), in any order.</summary>
    /// <inheritdoc cref="Block"/>
    internal ReadOnlySpan<byte> RobustBlock(CoapType type, ushort messageId, scoped ReadOnlySpan<byte> token, int path, int block)
    {
        int exponent = block & 7;
        int size = BlockSize(exponent);
        int number = block >> 3 & 15;
        bool more = number < 7;
        CoapMessageWriter writer = new(_buffer, framing, type, CoapCode.Put, messageId, token);
        writer.Option(CoapOptionNumber.UriPath, [(byte)path]);
        writer.Option(CoapOptionNumber.QBlock1, (uint)(number << 4 | (more ? 8 : 0) | exponent));
        writer.Option(CoapOptionNumber.Size1, (uint)(7 * size + 5));
        writer.Option(CoapOptionNumber.RequestTag, [(byte)(block >> 7)]);
        writer.Payload(s_zeros.AsSpan(0, more ? size : 5));
        return _buffer.AsSpan(0, writer.Finish());
    }

    /// <summary>A response of any kind, with the options that the script has.</summary>
    internal ReadOnlySpan<byte> Response(
        scoped ref ScriptReader script, CoapType type, ushort messageId, scoped ReadOnlySpan<byte> token)
    {
        CoapCode code = script.Next(8) switch
        {
            0 => CoapCode.Continue,
            1 => CoapCode.RequestEntityTooLarge,
            2 => CoapCode.RequestEntityIncomplete,
            3 => CoapCode.Unauthorized,
            4 => CoapCode.Changed,
            5 => CoapCode.Valid,
            _ => CoapCode.Content,
        };
        int options = script.Next();
        CoapMessageWriter writer = new(_buffer, framing, type, code, messageId, token);
        AddByte(ref writer, (options & 0x20) != 0, CoapOptionNumber.ETag, ref script, 0, 3);
        if ((options & 1) != 0)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)script.Next());
        }

        AddByte(ref writer, (options & 0x40) != 0, CoapOptionNumber.MaxAge, ref script, 1, 255);
        AddBlocks(ref writer, ref script, options);
        Add(ref writer, (options & 8) != 0, CoapOptionNumber.Echo, "echo"u8);
        return End(ref writer, ref script, options);
    }

    /// <summary>The response that a request of the engine waits for, block by block where it asks for blocks.</summary>
    /// <param name="request">The request, as the engine has sent it.</param>
    /// <param name="type">The type.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <param name="blocks">The number of the last block; 0 for a response in one piece.</param>
    /// <param name="sequence">The number of the notification, where the request registers.</param>
    internal ReadOnlySpan<byte> Answer(in CoapMessage request, CoapType type, ushort messageId, int blocks, int sequence)
    {
        if (request.Options.TryGetUInt(CoapOptionNumber.QBlock1, out uint sent))
        {
            return RobustContinue(request, type, messageId, sent, blocks);
        }

        if (request.Options.TryGetUInt(CoapOptionNumber.QBlock2, out uint asked) && blocks > 0)
        {
            return RobustBlockOf(request, type, messageId, (int)(asked >> 4) + sequence % 4, (int)(asked & 7), blocks * 4);
        }

        bool hasBlock1 = request.Options.TryGetUInt(CoapOptionNumber.Block1, out uint block1);
        bool hasBlock2 = request.Options.TryGetUInt(CoapOptionNumber.Block2, out uint block2);
        bool continues = hasBlock1 && (block1 & 8) != 0;
        int exponent = hasBlock2 ? (int)(block2 & 7) : blocks % 7;
        int number = (int)(block2 >> 4);
        bool isBlock = !continues && blocks > 0;
        bool more = isBlock && number < blocks;
        CoapMessageWriter writer = new(
            _buffer, framing, type, continues ? CoapCode.Continue : CoapCode.Content, messageId, request.TokenBytes);
        Add(ref writer, isBlock, CoapOptionNumber.ETag, "v"u8);
        if (!continues && number == 0 && request.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe) && observe == 0)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)sequence);
        }

        if (isBlock)
        {
            writer.Option(CoapOptionNumber.Block2, (uint)(number << 4 | (more ? 8 : 0) | exponent));
        }

        if (hasBlock1)
        {
            writer.Option(CoapOptionNumber.Block1, block1);
        }

        writer.Payload(s_zeros.AsSpan(0, continues ? 0 : more ? BlockSize(exponent) : 3));
        return _buffer.AsSpan(0, writer.Finish());
    }

    // What is said of a block of a robust request: go on, or what is missing; of the last one also that all is there.
    private ReadOnlySpan<byte> RobustContinue(in CoapMessage request, CoapType type, ushort messageId, uint block, int choice)
    {
        bool isMissing = choice is 1 or 2;
        CoapCode code = isMissing ? CoapCode.RequestEntityIncomplete : (block & 8) != 0 ? CoapCode.Continue : CoapCode.Changed;
        CoapMessageWriter writer = new(_buffer, framing, type, code, messageId, request.TokenBytes);
        if (isMissing)
        {
            writer.Option(CoapOptionNumber.ContentFormat, 272u);
        }
        else
        {
            writer.Option(CoapOptionNumber.QBlock1, block);
        }

        Span<byte> list = stackalloc byte[8];
        MissingBlocksWriter missing = new(list);
        _ = isMissing && missing.TryWrite((int)(block >> 4) / choice);
        writer.Payload(list[..missing.Length]);
        return _buffer.AsSpan(0, writer.Finish());
    }

    // A block of a robust response of so many.
    private ReadOnlySpan<byte> RobustBlockOf(in CoapMessage request, CoapType type, ushort messageId, int number, int exponent, int count)
    {
        bool more = number < count - 1;
        int size = BlockSize(exponent);
        CoapMessageWriter writer = new(_buffer, framing, type, CoapCode.Content, messageId, request.TokenBytes);
        writer.Option(CoapOptionNumber.ETag, "v"u8);
        writer.Option(CoapOptionNumber.Size2, (uint)((count - 1) * size + 3));
        writer.Option(CoapOptionNumber.QBlock2, (uint)(number << 4 | (more ? 8 : 0) | exponent));
        writer.Payload(s_zeros.AsSpan(0, more ? size : 3));
        return _buffer.AsSpan(0, writer.Finish());
    }

    /// <summary>An Empty message (RFC 7252, 4.1).</summary>
    internal ReadOnlySpan<byte> Empty(CoapType type, ushort messageId) =>
        _buffer.AsSpan(0, new CoapMessageWriter(_buffer, framing, type, CoapCode.Empty, messageId, default).Finish());

    /// <summary>The CSM that a connection begins with: what is said in the bits of a byte.</summary>
    internal ReadOnlySpan<byte> Csm(int says) =>
        _buffer.AsSpan(0, CoapSignals.WriteCsm(_buffer, framing, new((says & 4) != 0 ? 300u : 8000, (says & 8) == 0, 8 + (says >> 4))));

    /// <summary>A signal (RFC 8323, 5).</summary>
    internal ReadOnlySpan<byte> Signal(scoped ref ScriptReader script)
    {
        int kind = script.Next();
        int length = (kind % 6) switch
        {
            0 => CoapSignals.WriteCsm(_buffer, framing, new((uint)script.Next() << (kind >> 3 & 15), (kind & 128) != 0, 8 + script.Next())),
            1 => CoapSignals.WritePing(_buffer, framing, [(byte)script.Next()], (kind & 128) != 0),
            2 => CoapSignals.WritePong(_buffer, framing, [(byte)script.Next()], (kind & 128) != 0),
            3 => CoapSignals.WriteRelease(_buffer, framing, default, (uint)script.Next()),
            4 => CoapSignals.WriteAbort(_buffer, framing, null, "gone"u8),
            _ => UnknownSignal(new CoapCode(7, script.Next(32)), (CoapOptionNumber)script.Next()),
        };
        return _buffer.AsSpan(0, length);
    }

    private static int BlockSize(int exponent) => Math.Min(16 << exponent, LargestBlock);

    private static void Add(ref CoapMessageWriter writer, bool isWanted, CoapOptionNumber number, scoped ReadOnlySpan<byte> value)
    {
        if (isWanted)
        {
            writer.Option(number, value);
        }
    }

    // A byte that the script chooses, if the option is wanted at all.
    private static void AddByte(
        ref CoapMessageWriter writer, bool isWanted, CoapOptionNumber number, ref ScriptReader script, int first, int count)
    {
        if (isWanted)
        {
            writer.Option(number, [(byte)(first + script.Next(count))]);
        }
    }

    private static void AddBlocks(ref CoapMessageWriter writer, ref ScriptReader script, int options)
    {
        if ((options & 0x80) != 0)
        {
            AddByte(ref writer, (options & 4) != 0, CoapOptionNumber.QBlock1, ref script, 0, 256);
            AddByte(ref writer, (options & 2) != 0, CoapOptionNumber.Size2, ref script, 0, 256);
            AddByte(ref writer, (options & 2) != 0, CoapOptionNumber.QBlock2, ref script, 0, 256);
            return;
        }

        if ((options & 2) != 0)
        {
            writer.Option(CoapOptionNumber.Block2, (uint)script.Next());
        }

        if ((options & 4) != 0)
        {
            writer.Option(CoapOptionNumber.Block1, (uint)script.Next());
        }
    }

    private int UnknownSignal(CoapCode code, CoapOptionNumber number)
    {
        CoapMessageWriter writer = new(_buffer, framing, CoapType.NonConfirmable, code, 0, default);
        writer.Option(number, [1]);
        return writer.Finish();
    }

    private ReadOnlySpan<byte> End(scoped ref CoapMessageWriter writer, scoped ref ScriptReader script, int options)
    {
        writer.Payload(s_zeros.AsSpan(0, (options & 0x10) != 0 ? script.Next(MaxPayload) : 0));
        return _buffer.AsSpan(0, writer.Finish());
    }
}
