using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>One device under a script: requests go in, answers and notifications come out, all in one line each.</summary>
internal sealed partial class DeviceScript
{
    private readonly byte[] _buffer = new byte[2048];
    private ushort _messageId;

    internal DeviceScript(params Ipso.Lwm2m.Model.ObjectInstance[] objects)
        : this(new DeviceOptions(), objects)
    {
    }

    internal DeviceScript(DeviceOptions options, params Ipso.Lwm2m.Model.ObjectInstance[] objects)
    {
        Device = new(new SeededRandom(1), options);
        foreach (Ipso.Lwm2m.Model.ObjectInstance instance in objects)
        {
            Device.Objects.Add(instance);
        }

        Drain();
        Device.WakeRequested = () => Wakes++;
    }

    internal DeviceEndpoint Device { get; }

    internal Instant Now { get; private set; }

    /// <summary>How often the device has asked to be driven.</summary>
    internal int Wakes { get; private set; }

    /// <summary>The answer's payload, and nothing of the rest.</summary>
    internal byte[] LastPayload { get; private set; } = [];

    internal string Get(string path, ContentFormat? accept = null, uint? observe = null, string token = "01", string? query = null) =>
        Exchange(CoapCode.Get, path, accept: accept, observe: observe, token: token, query: query);

    internal string Put(
        string path, string payload, ContentFormat? format = ContentFormat.PlainText, byte[]? ifMatch = null, bool ifNoneMatch = false) =>
        Exchange(CoapCode.Put, path, Encoding.UTF8.GetBytes(payload), format, ifMatch: ifMatch, ifNoneMatch: ifNoneMatch);

    internal string Post(string path, string payload = "", ContentFormat? format = null) =>
        Exchange(CoapCode.Post, path, Encoding.UTF8.GetBytes(payload), format);

    internal string Exchange(
        CoapCode method, string path, byte[]? payload = null, ContentFormat? format = null, ContentFormat? accept = null,
        uint? observe = null, byte[]? ifMatch = null, bool ifNoneMatch = false, string token = "01", string? query = null)
    {
        byte[] request = Request(method, path, payload, format, accept, observe, ifMatch, ifNoneMatch, token, query);
        return Assert.Single(Receive(request));
    }

    internal byte[] Request(
        CoapCode method, string path, byte[]? payload = null, ContentFormat? format = null, ContentFormat? accept = null,
        uint? observe = null, byte[]? ifMatch = null, bool ifNoneMatch = false, string token = "01", string? query = null)
    {
        CoapDatagram request = CoapDatagram.Con(method, ++_messageId).Token(token).Path(path).ContentFormat(format).Accept(accept)
            .Payload(payload);
        if (ifMatch is not null)
        {
            request.Option(CoapOptionNumber.IfMatch, ifMatch);
        }

        if (ifNoneMatch)
        {
            request.Option(CoapOptionNumber.IfNoneMatch, []);
        }

        if (observe is { } o)
        {
            request.Observe(o);
        }

        if (query is not null)
        {
            foreach (string argument in query.Split('&'))
            {
                request.Option(CoapOptionNumber.UriQuery, argument);
            }
        }

        return request.ToArray();
    }

    internal List<string> Receive(byte[] datagram)
    {
        Now += TimeSpan.FromSeconds(1);
        Device.Receive(datagram, Peer, Now);
        return Drain();
    }

    /// <summary>What the device sends now.</summary>
    internal List<string> Drain()
    {
        List<string> sent = [];
        while (Device.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            sent.Add(Show(_buffer.AsSpan(0, transmit.Length)));
        }

        return sent;
    }

    // "2.05 Content 112 <hex>", "4.04 Not Found", "NOTIFY 01 2.05 Content 0 21.5": the format only where there is one.
    private string Show(ReadOnlySpan<byte> datagram)
    {
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        StringBuilder text = new();
        bool isObserved = false;
        string format = "";
        foreach (CoapOption option in message.Options)
        {
            uint value = 0;
            CoapUInt.TryRead(option.Value, out value);
            if (option.Number == CoapOptionNumber.Observe)
            {
                isObserved = true;
            }
            else if (option.Number == CoapOptionNumber.ContentFormat)
            {
                format = $" {value}";
            }
        }

        if (message.Type != CoapType.Acknowledgement)
        {
            text.Append($"NOTIFY {message.Token} ");
        }

        text.Append($"{message.Code.Class}.{message.Code.Detail:D2}{format}");
        if (isObserved && message.Type == CoapType.Acknowledgement)
        {
            text.Append(" observed");
        }

        LastMessage = (message.Type, message.MessageId);
        LastPayload = message.Payload.ToArray();
        if (message.Code.IsSuccess && !message.Payload.IsEmpty)
        {
            text.Append(' ').Append(IsText(LastPayload) ? Encoding.UTF8.GetString(LastPayload) : Convert.ToHexStringLower(LastPayload));
        }
        else if (!message.Code.IsSuccess && message.Code != CoapCode.PreconditionFailed && message.Code != CoapCode.InternalServerError)
        {
            Assert.True(message.Payload.Length > 0, $"{text} says nothing of why");
        }

        return text.ToString();
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;
}
