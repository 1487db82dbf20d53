using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Randomness that a seed repeats.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public uint NextUInt32() => (uint)_random.NextInt64(1L << 32);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}

internal delegate void HandleRequest(in CoapRequest request, ref CoapResponse response);

internal sealed class Handler(HandleRequest handle) : ICoapRequestHandler
{
    public int Calls { get; private set; }

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        Calls++;
        handle(request, ref response);
    }
}

/// <summary>Messages as a test writes and reads them.</summary>
internal static class Wire
{
    public static readonly PeerId Peer = new([1]);
    public static readonly PeerId Other = new([2]);

    public static byte[] Con(CoapCode code, ushort mid, string token = "", string payload = "", params WireOption[] options) =>
        Message(CoapType.Confirmable, code, mid, token, payload, options);

    public static byte[] Non(CoapCode code, ushort mid, string token = "", string payload = "", params WireOption[] options) =>
        Message(CoapType.NonConfirmable, code, mid, token, payload, options);

    public static byte[] Ack(CoapCode code, ushort mid, string token = "", string payload = "", params WireOption[] options) =>
        Message(CoapType.Acknowledgement, code, mid, token, payload, options);

    public static byte[] EmptyAck(ushort mid) => Ack(CoapCode.Empty, mid);

    public static byte[] Rst(ushort mid) => Message(CoapType.Reset, CoapCode.Empty, mid, "", "");

    public static WireOption Path(string segment) => (CoapOptionNumber.UriPath, Encoding.UTF8.GetBytes(segment));

    public static WireOption Observe(uint value)
    {
        var bytes = new byte[4];
        return (CoapOptionNumber.Observe, bytes[..CoapUInt.Write(bytes, value)]);
    }

    public static byte[] Message(
        CoapType type, CoapCode code, ushort mid, string token, string payload, params WireOption[] options)
    {
        var buffer = new byte[65_507];
        var writer = new CoapMessageWriter(buffer, type, code, mid, new CoapToken(Convert.FromHexString(token)));
        foreach ((CoapOptionNumber number, byte[] value) in options)
        {
            writer.Option(number, value);
        }

        writer.Payload(Encoding.UTF8.GetBytes(payload));
        return buffer[..writer.Finish()];
    }

    /// <summary>A message in one line: <c>ACK 2.05 Content #7 t=01 6= 12=28 "22.5"</c>.</summary>
    public static string Show(ReadOnlySpan<byte> datagram)
    {
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out CoapParseError error))
        {
            return error.ToString();
        }

        var text = new StringBuilder($"{CoapVectorTests.TypeName(message.Type)} {message.Code} #{message.MessageId}");
        if (message.Token.Length > 0)
        {
            text.Append($" t={message.Token}");
        }

        foreach (CoapOption option in message.Options)
        {
            text.Append($" {(int)option.Number}={Convert.ToHexStringLower(option.Value)}");
        }

        return message.Payload.IsEmpty ? text.ToString() : text.Append($" \"{Encoding.UTF8.GetString(message.Payload)}\"").ToString();
    }
}

/// <summary>One endpoint under a script: what goes in at which second, and what comes out.</summary>
internal sealed class Script
{
    private readonly byte[] _buffer = new byte[65_507];

    public Script(HandleRequest? handle = null, CoapEndpointOptions? options = null, int seed = 1)
    {
        Handler = handle is null ? null : new Handler(handle);
        Endpoint = new CoapEndpoint(options ?? new CoapEndpointOptions(), new SeededRandom(seed), Handler);
    }

    public CoapEndpoint Endpoint { get; }

    public Handler? Handler { get; }

    public Instant Now { get; private set; }

    public Script At(double seconds)
    {
        Now = Instant.FromSeconds(seconds);
        return this;
    }

    /// <summary>Hands in a datagram and takes what is answered.</summary>
    public List<string> Receive(byte[] datagram, PeerId? from = null)
    {
        Endpoint.Receive(datagram, from ?? Wire.Peer, Now);
        return Drain();
    }

    /// <summary>Hands in a datagram to which there is exactly one answer.</summary>
    public string Exchange(byte[] datagram, PeerId? from = null) => Assert.Single(Receive(datagram, from));

    public List<string> Drain() => DrainBytes().ConvertAll(static d => Wire.Show(d));

    public List<byte[]> DrainBytes()
    {
        var sent = new List<byte[]>();
        while (Endpoint.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            sent.Add(_buffer[..transmit.Length]);
        }

        return sent;
    }

    /// <summary>Goes to the next deadline, which must exist.</summary>
    public List<string> Deadline()
    {
        Now = Assert.NotNull(Endpoint.NextDeadline);
        Endpoint.OnDeadline(Now);
        return Drain();
    }

    /// <summary>All events in one line each: <c>Response 2.05 Content "x"</c>.</summary>
    public List<string> Events()
    {
        var events = new List<string>();
        while (Endpoint.TryTakeEvent(out CoapEvent e))
        {
            events.Add(e.Kind switch
            {
                CoapEventKind.ObserverRemoved => $"{e.Kind} {e.Tag} {e.ObserverEnd}",
                CoapEventKind.HandlerFault => $"{e.Kind} {e.Exception!.Message}",
                _ when e.HasMessage => $"{e.Kind} {e.Message.Code} \"{Encoding.UTF8.GetString(e.Message.Payload)}\"",
                _ => e.Kind.ToString(),
            });
        }

        return events;
    }

    public ExchangeId Request(
        string path = "/a",
        bool confirmable = true,
        bool observe = false,
        CoapCode? method = null,
        PeerId? to = null,
        string payload = "") =>
        Endpoint.Request(
            to ?? Wire.Peer,
            new CoapRequestHead { Method = method ?? CoapCode.Get, Path = path, NonConfirmable = !confirmable, Observe = observe },
            Encoding.UTF8.GetBytes(payload));
}
