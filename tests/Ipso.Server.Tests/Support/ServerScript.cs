using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A server on a virtual network, and a device that does what a test says.</summary>
internal sealed class ServerScript
{
    private const string Links = "</1/0>,</3/0>,</3303/0>";

    private ushort _messageId = 0x1000;

    internal ServerScript(ServerEndpointOptions? options = null, ulong seed = 1)
    {
        Network = new(seed);
        options = (options ?? new()) with { Time = new VirtualTime(Network.Clock) };
        Node = Network.Add("server", random => new ServerEndpoint(random, options) { RegistrationChanged = Changes.Add, Identities = Identities });
        Device = AddDevice("device");
    }

    internal VirtualNetwork Network { get; }

    internal VirtualNode<ServerEndpoint> Node { get; }

    internal ServerEndpoint Server => Node.Protocol;

    internal ScriptedPeer Device { get; }

    internal List<RegistrationChange> Changes { get; } = [];

    /// <summary>What has become of operations and observations, a line each.</summary>
    internal List<string> Told { get; } = [];

    internal KnownPeers Identities { get; } = new();

    internal Instant Now => Network.Now;

    /// <summary>The token that was kept, in hexadecimal.</summary>
    internal string Token { get; private set; } = "";

    /// <summary>Keeps the token of the message that the device got last.</summary>
    internal ScriptedPeer KeepToken()
    {
        Assert.True(CoapMessage.TryParse(Device.Last.Span, out CoapMessage message, out _));
        Token = Convert.ToHexStringLower(message.Token.Bytes);
        return Device;
    }

    internal ScriptedPeer AddDevice(string name) => new(Network, name, Node);

    /// <summary>Sends a Register and gives what is answered back: <c>2.01 rd/{id}</c>, or the code and the diagnostic.</summary>
    internal string Register(string query, string? links = Links, ScriptedPeer? from = null, ContentFormat? format = ContentFormat.LinkFormat) =>
        Ask(CoapCode.Post, "/rd", query, links, from, format);

    /// <summary>Sends a request and gives what is answered back.</summary>
    internal string Ask(
        CoapCode code, string path, string query = "", string? payload = null, ScriptedPeer? from = null,
        ContentFormat? format = ContentFormat.LinkFormat) =>
        Ask(code, path, query, payload is null ? null : Encoding.UTF8.GetBytes(payload), from, format);

    internal string Ask(CoapCode code, string path, string query, byte[]? payload, ScriptedPeer? from, ContentFormat? format)
    {
        from ??= Device;
        CoapDatagram request = CoapDatagram.Con(code, _messageId++).Token("01").Path(path);
        if (query.Length > 0)
        {
            request.Query(query);
        }

        if (payload is { Length: > 0 })
        {
            request.ContentFormat(format).Payload(payload);
        }

        from.Send(request).Expect("ACK *");
        Assert.True(CoapMessage.TryParse(from.Last.Span, out CoapMessage answer, out _));
        List<string> location = [];
        foreach (ReadOnlySpan<byte> segment in answer.Options.Values(CoapOptionNumber.LocationPath))
        {
            location.Add(Encoding.UTF8.GetString(segment));
        }

        return $"{answer.Code.Class}.{answer.Code.Detail:00} {string.Join('/', location)}{Encoding.UTF8.GetString(answer.Payload)}".TrimEnd();
    }

    /// <summary>Registers a device that is to be there, and gives its location back.</summary>
    internal string Locate(string query, string links = Links, ScriptedPeer? from = null)
    {
        string answer = Register(query, links, from);
        Assert.StartsWith("2.01 rd/", answer, StringComparison.Ordinal);
        return answer[4..].Insert(0, "/").Replace(" ", "", StringComparison.Ordinal);
    }

    /// <summary>Has the server ask a device something, whose outcome is told.</summary>
    internal Operation Submit(DeviceRequest request, string endpoint = "d", TimeSpan? timeout = null)
    {
        Operation operation = new(request, Told) { Timeout = timeout ?? TimeSpan.FromSeconds(60) };
        Device.Do(() => Server.Submit(Server.Find(endpoint)!, operation, Now));
        return operation;
    }

    /// <summary>Has the server observe.</summary>
    internal Observation Observe(Lwm2mPath path, string endpoint = "d")
    {
        Observation observation = new(DeviceRequest.Observe(path), Told);
        Device.Do(() => Server.Observe(Server.Find(endpoint)!, observation, Now));
        return observation;
    }

    internal sealed class Operation(DeviceRequest request, List<string> told) : DeviceOperation(request)
    {
        protected internal override void OnCompleted(in DeviceResponse response) => told.Add($"{Request}: {Say(response)}");
    }

    internal sealed class Observation(DeviceRequest request, List<string> told) : DeviceObservation(request)
    {
        protected internal override void OnNotified(in DeviceResponse response) => told.Add($"{Request}: {Say(response)}");

        protected internal override void OnEnded(in DeviceResponse response) => told.Add($"{Request} ended: {Say(response)}");
    }

    private static string Say(in DeviceResponse response) => response.Outcome != DeviceOutcome.Answered
        ? $"{response.Outcome}"
        : $"{response.Code.Class}.{response.Code.Detail:00} {Encoding.UTF8.GetString(response.Payload)}".TrimEnd();
}

/// <summary>Who peers are, as a test says.</summary>
internal sealed class KnownPeers : IPeerDirectory
{
    private readonly Dictionary<PeerId, PeerIdentity> _identities = [];

    internal void Set(ScriptedPeer peer, PeerIdentity identity) => _identities[peer.Node.Peer] = identity;

    internal void Forget(ScriptedPeer peer) => _identities.Remove(peer.Node.Peer);

    public PeerIdentity? FindIdentity(in PeerId peer) => _identities.GetValueOrDefault(peer);
}

/// <summary>The time of day of a virtual clock.</summary>
internal sealed class VirtualTime(VirtualClock clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.UtcNow;
}
