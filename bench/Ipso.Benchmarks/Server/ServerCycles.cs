using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Server;
using Ipso.Server.Operations;
using Ipso.Server.Registration;

namespace Ipso.Benchmarks.Server;

/// <summary>A server with devices, without sockets.</summary>
internal sealed class Fleet
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly byte[] _answer = new byte[256];
    private int _messages;

    internal Fleet(int devices)
    {
        Endpoint = new(new SystemRandomSource(), new ServerEndpointOptions { MaxDevices = Math.Max(devices, 1) });
        for (int i = 0; i < devices; i++)
        {
            if (Exchange(ServerMessages.Register(i), ServerMessages.Peer(i)) == 0)
            {
                throw new WrongResultException($"Device {i} was not answered.");
            }
        }

        if (Endpoint.DeviceCount != devices)
        {
            throw new WrongResultException($"{Endpoint.DeviceCount} of {devices} devices are registered.");
        }
    }

    internal ServerEndpoint Endpoint { get; }

    private Instant Now => new(_messages * 10L);

    /// <summary>Has the server take a message, and gives the length of what it sends back.</summary>
    internal int Exchange(byte[] message, in PeerId from)
    {
        ServerMessages.Number(message, ++_messages);
        Endpoint.Receive(message, from, Now);
        int length = 0;
        while (Endpoint.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            length += transmit.Length;
        }

        Endpoint.OnDeadline(Now);
        return length;
    }

    /// <summary>Has the server ask a device, and the device answer.</summary>
    internal void Ask(RegisteredDevice device, DeviceOperation operation)
    {
        _messages++;
        Endpoint.Submit(device, operation, Now);
        while (Endpoint.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            int length = ServerMessages.Answer(_buffer.AsSpan(0, transmit.Length), _answer);
            Endpoint.Receive(_answer.AsSpan(0, length), device.Registration.Peer, Now);
        }

        Endpoint.OnDeadline(Now);
    }
}

/// <summary>A device registers, one after the other, each again and again: its result is the answer's length.</summary>
internal readonly struct RegisterCycle : IOperation
{
    internal const int AnswerLength = 8 + 3 + 18;

    private readonly Fleet _fleet;
    private readonly byte[][] _messages;
    private readonly PeerId[] _peers;
    private readonly int[] _next = [0];

    internal RegisterCycle(int devices)
    {
        _fleet = new(devices);
        _messages = [.. Enumerable.Range(0, devices).Select(ServerMessages.Register)];
        _peers = [.. Enumerable.Range(0, devices).Select(static i => ServerMessages.Peer(i))];
    }

    public int Run()
    {
        int device = _next[0]++ % _messages.Length;
        return _fleet.Exchange(_messages[device], _peers[device]);
    }
}

/// <summary>A device updates its registration, and says nothing but that it is there.</summary>
internal readonly struct UpdateCycle : IOperation
{
    internal const int AnswerLength = 8;

    private readonly Fleet _fleet;
    private readonly byte[][] _messages;
    private readonly PeerId[] _peers;
    private readonly int[] _next = [0];

    internal UpdateCycle(int devices)
    {
        Fleet fleet = _fleet = new(devices);
        _messages = [.. Enumerable.Range(0, devices).Select(i => ServerMessages.Update(fleet.Endpoint.Find(ServerMessages.Endpoint(i))!.Registration.Id.ToString()))];
        _peers = [.. Enumerable.Range(0, devices).Select(static i => ServerMessages.Peer(i))];
    }

    public int Run()
    {
        int device = _next[0]++ % _messages.Length;
        return _fleet.Exchange(_messages[device], _peers[device]);
    }
}

/// <summary>A resource of a device is read: its result is the length of the value.</summary>
internal readonly struct ReadCycle : IOperation
{
    private static readonly DeviceRequest s_read = DeviceRequest.Read(new Lwm2mPath(3303, 0, 5700));

    private readonly Fleet _fleet;
    private readonly RegisteredDevice[] _devices;
    private readonly int[] _next = [0];

    internal ReadCycle(int devices)
    {
        Fleet fleet = _fleet = new(devices);
        _devices = [.. Enumerable.Range(0, devices).Select(i => fleet.Endpoint.Find(ServerMessages.Endpoint(i))!)];
    }

    public int Run()
    {
        Reading reading = new();
        _fleet.Ask(_devices[_next[0]++ % _devices.Length], reading);
        return reading.Task.Result.Payload.Length;
    }

    // As DeviceClient has it.
    private sealed class Reading() : DeviceOperation(s_read)
    {
        private readonly TaskCompletionSource<DeviceAnswer> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<DeviceAnswer> Task => _source.Task;

        protected override void OnCompleted(in DeviceResponse response) => _source.SetResult(new(response));
    }
}

/// <summary>A device is looked up by its name.</summary>
internal readonly struct FindCycle : IOperation
{
    private readonly ServerEndpoint _endpoint;
    private readonly string[] _names;
    private readonly int[] _next = [0];

    internal FindCycle(Fleet fleet, int devices)
    {
        _endpoint = fleet.Endpoint;

        // A thousand of them, so that their names are in the cache however many devices there are.
        _names = [.. Enumerable.Range(0, 1000).Select(i => ServerMessages.Endpoint(i * (devices / 1000)))];
    }

    public int Run() => _endpoint.Find(_names[_next[0]++ % _names.Length]) is null ? 0 : 1;
}
