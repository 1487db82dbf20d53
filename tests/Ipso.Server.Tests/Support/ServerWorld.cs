using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A server and devices of ours on a virtual network that loses as much as a test says.</summary>
internal sealed class ServerWorld
{
    private readonly ServerEndpointOptions _options;

    internal ServerWorld(double loss, ulong seed = 1, ServerEndpointOptions? options = null)
    {
        Network = new(seed) { Links = LinkSettings.Perfect with { Loss = loss } };
        _options = (options ?? new()) with { Time = new VirtualTime(Network.Clock) };
        Node = Network.Add("server", random => new ServerEndpoint(random, _options) { RegistrationChanged = Changes.Add });
    }

    /// <summary>No loss, and three datagrams of ten.</summary>
    public static TheoryData<double> Losses => [0, 0.3];

    internal VirtualNetwork Network { get; }

    internal VirtualNode<ServerEndpoint> Node { get; }

    internal ServerEndpoint Server => Node.Protocol;

    internal List<RegistrationChange> Changes { get; } = [];

    /// <summary>Adds a device, which begins to register.</summary>
    internal VirtualNode<DeviceEndpoint> AddDevice(string endpoint, ServerOptions? account = null, Func<ObjectInstance[]>? objects = null, bool isQueued = false)
    {
        DeviceOptions options = new() { Endpoint = endpoint, RetrySpread = 0, QueueMode = isQueued, Server = account ?? new("coap://server") };
        return AddDevice(options, objects);
    }

    /// <summary>Adds a device that is made as it says.</summary>
    internal VirtualNode<DeviceEndpoint> AddDevice(DeviceOptions options, Func<ObjectInstance[]>? objects)
    {
        VirtualNode<DeviceEndpoint> node = Network.Add(options.Endpoint!, random =>
        {
            DeviceEndpoint device = new(random, options);
            device.HostRequested = (host, now) => device.OnResolved(host, Node.Peer, null, now);
            foreach (ObjectInstance instance in objects?.Invoke() ?? [])
            {
                device.Objects.Add(instance);
            }

            device.StartRegistering(Network.Now);
            return device;
        });
        return node;
    }

    internal RegisteredDevice Await(string endpoint)
    {
        Until(() => Server.Find(endpoint) is not null, $"{endpoint} to register");
        return Server.Find(endpoint)!;
    }

    internal void Until(Func<bool> condition, string what) =>
        Assert.True(Network.RunUntil(condition, TimeSpan.FromDays(1)), $"waited for {what}, for a day");

    /// <summary>Has a device asked something, and gives the answer back: code and payload.</summary>
    internal string Ask(RegisteredDevice device, DeviceRequest request)
    {
        Operation operation = new(request) { Timeout = TimeSpan.FromHours(1) };
        Server.Submit(device, operation, Network.Now);
        Until(() => operation.Answer is not null, $"an answer to {request}");
        return operation.Answer!;
    }

    internal List<string> Observe(RegisteredDevice device, DeviceRequest request)
    {
        Observation observation = new(request);
        Server.Observe(device, observation, Network.Now);
        Until(() => observation.Values.Count > 0, $"a value of {request}");
        return observation.Values;
    }

    private sealed class Operation(DeviceRequest request) : DeviceOperation(request)
    {
        internal string? Answer { get; private set; }

        protected internal override void OnCompleted(in DeviceResponse response) => Answer = Say(response);
    }

    private sealed class Observation(DeviceRequest request) : DeviceObservation(request)
    {
        internal List<string> Values { get; } = [];

        protected internal override void OnNotified(in DeviceResponse response) => Values.Add(Say(response));

        protected internal override void OnEnded(in DeviceResponse response) => Values.Add($"ended {Say(response)}");
    }

    private static string Say(in DeviceResponse response) => response.Outcome != DeviceOutcome.Answered
        ? $"{response.Outcome}"
        : $"{response.Code.Class}.{response.Code.Detail:00} {Say(response.ContentFormat, response.Payload)}".TrimEnd();

    private static string Say(ContentFormat? format, ReadOnlySpan<byte> payload) =>
        format is ContentFormat.Cbor or ContentFormat.SenMLCbor or ContentFormat.Lwm2mCbor or ContentFormat.Tlv
            ? $"#{Convert.ToHexStringLower(payload)}"
            : Encoding.UTF8.GetString(payload);
}
