using System.Net;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net;

namespace Ipso.Server.Remote.Tests;

/// <summary>A server and devices of ours on the loopback interface.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly List<Lwm2mDevice> _devices = [];

    internal Loopback() => Server.Start(s_anyPort);

    internal Lwm2mServer Server { get; } = new();

    /// <summary>Ends what takes longer than any of it may.</summary>
    internal CancellationToken Patience => _patience.Token;

    /// <summary>Starts a device, and waits until it has registered.</summary>
    internal async Task<DeviceClient> AddAsync(Action<ObjectTree> objects, ObjectVersion? version = null, params ContentFormat[] formats)
    {
        string endpoint = $"device-{_devices.Count}";
        Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = endpoint,
            Version = version ?? new(1, 1),
            ContentFormats = [.. formats],
            StopTimeout = TimeSpan.FromSeconds(5),
            Server = new($"coap://127.0.0.1:{Server.LocalEndPoint.Port}"),
        });
        _devices.Add(device);
        objects(device.Objects);
        await device.StartAsync(s_anyPort, Patience);
        return await Server.WaitForAsync(endpoint, Patience);
    }

    internal Task<DeviceClient> AddAsync(params ObjectInstance[] objects) => AddAsync(tree => AddAll(tree, objects));

    internal static void AddAll(ObjectTree tree, params ObjectInstance[] objects)
    {
        foreach (ObjectInstance one in objects)
        {
            tree.Add(one);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lwm2mDevice device in _devices)
        {
            await device.DisposeAsync();
        }

        await Server.DisposeAsync();
        _patience.Dispose();
    }
}
