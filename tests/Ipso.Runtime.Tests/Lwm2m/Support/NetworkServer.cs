using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// A server on a <see cref="DeviceNetwork"/>: it asks the device and waits for the answer, and keeps the notifications that come. An answer
/// is a line: the code, the number of the Content-Format and the payload where there are such, the Location-Path: <c>2.05 0 21.5</c>,
/// <c>2.01 /3311/1</c>, <c>4.04</c>. A payload that is no printable ASCII is in hexadecimal.
/// </summary>
internal sealed class NetworkServer
{
    private readonly DeviceNetwork _network;
    private readonly Dictionary<ExchangeId, string> _answers = [];

    // Exchanges whose first answer has come: what comes after it is a notification, or an end.
    private readonly HashSet<ExchangeId> _known = [];

    internal NetworkServer(DeviceNetwork network, ushort id, CoapEndpointOptions options)
    {
        _network = network;
        Id = id;
        Node = network.Network.Add($"server{id}", random => new CoapEndpoint(options, random));
        Node.AfterStep = TakeEvents;
    }

    /// <summary>The Short Server ID.</summary>
    internal ushort Id { get; }

    internal VirtualNode<CoapEndpoint> Node { get; }

    /// <summary>The payload of the last answer.</summary>
    internal byte[] LastPayload { get; private set; } = [];

    /// <summary>The notifications that have come, as answers are, in the order in which they came.</summary>
    internal List<string> Notifications { get; } = [];

    /// <summary>What else has happened to exchanges that were begun: observations that ended, requests that found nobody.</summary>
    internal List<string> Ends { get; } = [];

    internal string Get(string path, ContentFormat? accept = null, string query = "") =>
        Ask(CoapCode.Get, path, accept: accept, query: query);

    internal string Discover(string path, string query = "") => Get(path, ContentFormat.LinkFormat, query);

    internal string Put(string path, string payload, ContentFormat? format = ContentFormat.PlainText, string query = "") =>
        Ask(CoapCode.Put, path, Encoding.UTF8.GetBytes(payload), format, query: query);

    internal string Post(string path, string payload = "", ContentFormat? format = null) =>
        Ask(CoapCode.Post, path, Encoding.UTF8.GetBytes(payload), format);

    internal string Delete(string path) => Ask(CoapCode.Delete, path);

    internal string Fetch(string payload, ContentFormat format = ContentFormat.SenMLJson, ContentFormat? accept = null) =>
        Ask(CoapCode.Fetch, "/", Encoding.UTF8.GetBytes(payload), format, accept);

    internal string IPatch(string payload, ContentFormat format = ContentFormat.SenMLJson) =>
        Ask(CoapCode.IPatch, "/", Encoding.UTF8.GetBytes(payload), format);

    /// <summary>Asks with a payload in hexadecimal.</summary>
    internal string AskHex(CoapCode method, string path, string hex, ContentFormat? format) =>
        Ask(method, path, Convert.FromHexString(hex), format);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <returns>The answer.</returns>
    internal string Ask(
        CoapCode method, string path, byte[]? payload = null, ContentFormat? format = null, ContentFormat? accept = null, string query = "")
    {
        ExchangeId exchange = Begin(method, path, payload, format, accept, query, isObservation: false);
        return Await(exchange, $"{method} {path}");
    }

    /// <summary>Observes, and waits for the first answer; what comes then is in <see cref="Notifications"/>.</summary>
    /// <returns>The first answer.</returns>
    internal string Observe(
        string path, out ExchangeId observation, ContentFormat? accept = null, string query = "", byte[]? payload = null,
        ContentFormat? format = null)
    {
        CoapCode method = payload is null ? CoapCode.Get : CoapCode.Fetch;
        observation = Begin(method, path, payload, format, accept, query, isObservation: true);
        return Await(observation, $"observe {path}");
    }

    /// <summary>Begins a request whose answer nobody waits for yet.</summary>
    internal ExchangeId Begin(
        CoapCode method, string path, byte[]? payload = null, ContentFormat? format = null, ContentFormat? accept = null, string query = "",
        bool isObservation = false)
    {
        CoapRequestHead head = new()
        {
            Method = method,
            Path = path,
            Query = query,
            ContentFormat = format,
            Accept = accept,
            Observe = isObservation,
        };
        // What is longer is not kept for repetitions, but asked for again.
        ExchangeId exchange = payload?.Length > 8192
            ? Node.Protocol.Request(_network.Node.Peer, head, new MemoryBody(payload))
            : Node.Protocol.Request(_network.Node.Peer, head, payload);
        Assert.False(exchange.IsNone, $"no room for {method} {path}");
        return exchange;
    }

    private string Await(ExchangeId exchange, string what)
    {
        _network.Await(() => _answers.ContainsKey(exchange), $"nothing has come to {what}");
        _answers.Remove(exchange, out string? answer);
        return answer!;
    }

    private void TakeEvents()
    {
        while (Node.Protocol.TryTakeEvent(out CoapEvent e))
        {
            if (e.Kind == CoapEventKind.Notification && _known.Contains(e.Exchange))
            {
                Notifications.Add(Show(e.Message));
            }
            else if (e.HasMessage && _known.Add(e.Exchange))
            {
                LastPayload = e.Message.Payload.ToArray();
                _answers[e.Exchange] = Show(e.Message);
            }
            else
            {
                Ends.Add(e.HasMessage ? $"{e.Kind} {Show(e.Message)}" : e.Kind.ToString());
                if (!e.HasMessage && _known.Add(e.Exchange))
                {
                    _answers[e.Exchange] = e.Kind.ToString();
                }
            }
        }
    }

    private static string Show(in CoapMessage message)
    {
        StringBuilder text = new($"{message.Code.Class}.{message.Code.Detail:D2}");
        StringBuilder location = new();
        foreach (CoapOption option in message.Options)
        {
            if (option.Number == CoapOptionNumber.ContentFormat && CoapUInt.TryRead(option.Value, out uint format))
            {
                text.Append($" {format}");
            }
            else if (option.Number == CoapOptionNumber.LocationPath)
            {
                location.Append('/').Append(Encoding.UTF8.GetString(option.Value));
            }
        }

        if (location.Length > 0)
        {
            text.Append(' ').Append(location);
        }

        ReadOnlySpan<byte> payload = message.Payload;
        if (!message.Code.IsSuccess)
        {
            // 4.13 says it by Size1.
            Assert.False(
                payload.IsEmpty && message.Code.Class == 4 && message.Code != CoapCode.RequestEntityTooLarge, $"{text} says nothing of why");
        }
        else if (!payload.IsEmpty)
        {
            bool isText = payload.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;
            text.Append(' ').Append(isText ? Encoding.UTF8.GetString(payload) : Convert.ToHexStringLower(payload));
        }

        return text.ToString();
    }
}
